package signup

import (
	"crypto/hkdf"
	"crypto/sha256"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/identity/precis"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// rehash replaces the password hash of an account whose owner has just logged
// in, if it is not of the kind that the configuration makes. Nobody without the
// password can see that it does. If it fails, the account keeps its hash until
// the next login.
func (r *run) rehash(l loginAccount, password Secret) {
	old, err := r.hashOf(l.user)
	if err != nil || old.Kind() == r.decoys.hash {
		return
	}
	normal, failure := precis.OpaqueString(string(password))
	if failure != nil {
		return
	}
	salt, failure := hkdf.Expand(sha256.New, r.seed, "salt of a new hash", saltBytes(r.config))
	if failure != nil {
		return
	}
	hash, err := r.hashPassword(normal, salt)
	if err != nil {
		return
	}
	user := *l.user
	r.setHash(&user, hash)
	key := record.UserPrefix + user.ID
	batch := kv.Batch{
		Checks: append([]kv.Check{{Key: key, Version: l.version}}, r.meta.checks...),
		Puts:   []kv.Put{record.Put(key, &user)},
	}
	r.noteHashes(&batch, old.Kind(), r.decoys.hash) // others may have the old kind, too
	r.commit(batch)
}
