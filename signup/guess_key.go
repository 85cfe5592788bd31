package signup

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"

	"github.com/enrol-sso/enrol/signup/internal/fault"
	"github.com/enrol-sso/enrol/signup/internal/keyring"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// Counts of wrong passwords have HMACs of accounts and networks as keys, so
// that the store does not reveal whose password was guessed from where. The
// secret of these HMACs stays the same when the secret key changes, because an
// HMAC cannot be moved to another key: every count would start at 0, and no
// network would be known. So the secret is derived from the first secret key of
// a store, and rekey seals it in meta/keys with each later key.

// guessSecret returns the secret of the counts. A record without one belongs to
// a store whose key never changed, or changed under an earlier version: there
// the oldest key in use wrote the counts.
func (r *run) guessSecret(stored *record.Keys, active []*keyring.Key) ([]byte, *Error) {
	if stored.Guesses == "" {
		return active[len(active)-1].Guesses, nil
	}
	text, err := keyring.Open(r.keys, record.GuessSecretPlace, stored.Guesses)
	if err != nil {
		return nil, err
	}
	if !record.IsGuessSecret(text) {
		return nil, fault.Internal("%s: the record is damaged", record.KeysKey)
	}
	secret, _ := base64.RawURLEncoding.DecodeString(text)
	return secret, nil
}

// sealGuessSecret seals the secret of the counts with another key.
func (r *run) sealGuessSecret(k *keyring.Key) string {
	return k.Seal(r.seed, record.GuessSecretPlace, base64.RawURLEncoding.EncodeToString(r.meta.guesses))
}

// guessMAC returns an HMAC of texts for one purpose.
func (r *run) guessMAC(purpose string, texts ...string) []byte {
	mac := hmac.New(sha256.New, r.meta.guesses)
	mac.Write([]byte(purpose))
	for _, text := range texts {
		sum := sha256.Sum256([]byte(text))
		mac.Write(sum[:])
	}
	return mac.Sum(nil)
}

// guessKeyOf returns the key of the record.Guesses of some texts.
func (r *run) guessKeyOf(purpose string, texts ...string) string {
	return record.GuessPrefix + base64.RawURLEncoding.EncodeToString(r.guessMAC(purpose, texts...))
}

// guessKey returns the key of the count of an account: for verify, or for
// confirm, where only holders of the token can guess.
func (r *run) guessKey(op, userID string) string {
	return r.guessKeyOf("guess", op, userID)
}

// guessKeys returns the keys of all counts of an account, for deleting it.
func (r *run) guessKeys(userID string) []string {
	return []string{r.guessKey(auditVerify, userID), r.guessKey(auditConfirm, userID)}
}

// nobodysGuessKey returns the key of the count for a login name that belongs to
// nobody. All such names share 65,536 counts, so that a flood of them stays
// bounded. Nothing depends on their values.
func (r *run) nobodysGuessKey(login string) string {
	return r.guessKeyOf("guesses of nobody", string(r.guessMAC("guess of nobody", login)[:2]))
}

// networkOf returns the value that represents the network of a request in a
// record.Guesses.
func (r *run) networkOf(key string, remoteAddr []string) (network [12]byte, named bool) {
	addr := ""
	if len(remoteAddr) > 0 {
		addr = networks(remoteAddr[0])[0]
	}
	copy(network[:], r.guessMAC("guess from", key, addr))
	return network, addr != ""
}
