package httpapi

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/signup"
)

// Bounds of API keys. Lengths are in characters.
const (
	minAPIKey     = 32
	maxAPIKey     = 1024
	maxAPIKeys    = 16 // of one kind
	maxAPIKeyName = 32
)

// Names of keys that were given without one. The n-th key of its kind, from the
// second, has -n at its end.
const (
	unnamedKey        = "api"
	unnamedSuperKey   = "super"
	unnamedMetricsKey = "metrics"
)

// CheckAPIKeys returns an error if one of the texts of Options is invalid.
// Each may be "". A text holds one key, or up to 16, separated by commas or
// line ends, so that a new key and the old one are accepted until all callers
// have the new one. A key has 32 to 1,024 printable ASCII characters without
// spaces and commas; a random one, such as "openssl rand -hex 32" prints,
// cannot be guessed. It may have a name before it, as in name:key: 1 to 32 of
// A-Za-z0-9._-, which the audit trail contains. Keys and names are unique.
func CheckAPIKeys(keys, superKeys, metricsKeys signup.Secret) error {
	_, err := newKeyrings(keys, superKeys, metricsKeys)
	return err
}

// keyrings are the keys of all kinds.
type keyrings struct {
	callers    keyring // none: only this machine is served
	superUsers keyring // none: nobody is a super-user
	metrics    keyring // open MetricsPath alone
}

// keyring holds the keys of one kind.
type keyring []namedKey

// namedKey has the SHA-256 of a key, so that all comparisons have the same
// length.
type namedKey struct {
	name string
	hash [sha256.Size]byte
}

func newKeyrings(keys, superKeys, metricsKeys signup.Secret) (k keyrings, err error) {
	if k.callers, err = newKeyring(keys, unnamedKey); err != nil {
		return keyrings{}, err
	}
	if k.superUsers, err = newKeyring(superKeys, unnamedSuperKey); err != nil {
		return keyrings{}, err
	}
	if k.metrics, err = newKeyring(metricsKeys, unnamedMetricsKey); err != nil {
		return keyrings{}, err
	}
	all := slices.Concat(k.callers, k.superUsers, k.metrics)
	for i, key := range all {
		for _, other := range all[:i] {
			if key.is(other.hash) {
				return keyrings{}, errors.New("two API keys are the same: each caller needs one of its own, and a super-user another than callers")
			}
			if key.name == other.name {
				return keyrings{}, fmt.Errorf("two API keys have the name %s", key.name)
			}
		}
	}
	return k, nil
}

func newKeyring(text signup.Secret, unnamed string) (keyring, error) {
	given, err := readKeys(text, unnamed)
	if err != nil {
		return nil, err
	}
	var keys keyring
	for _, one := range given {
		keys = append(keys, namedKey{one.Name, sha256.Sum256([]byte(one.Key))})
	}
	return keys, nil
}

// APIKey is an API key with its name.
type APIKey struct {
	Name string
	Key  signup.Secret
}

// SuperAPIKeys returns the keys of a text of Options.SuperAPIKey, none for "". The
// error is that of CheckAPIKeys.
func SuperAPIKeys(text signup.Secret) ([]APIKey, error) { return readKeys(text, unnamedSuperKey) }

func readKeys(text signup.Secret, unnamed string) ([]APIKey, error) {
	if text == "" {
		return nil, nil
	}
	var keys []APIKey
	for entry := range keyEntries(text) {
		name, key := cutKeyName(entry)
		switch {
		case name != "":
		case len(keys) > 0:
			name = fmt.Sprintf("%s-%d", unnamed, len(keys)+1)
		default:
			name = unnamed
		}
		if err := checkAPIKey(key); err != nil {
			return nil, err
		}
		keys = append(keys, APIKey{name, signup.Secret(key)})
	}
	switch {
	case len(keys) == 0:
		return nil, checkAPIKey("")
	case len(keys) > maxAPIKeys:
		return nil, fmt.Errorf("there are %d API keys of one kind, the limit is %d", len(keys), maxAPIKeys)
	}
	return keys, nil
}

// keyEntries are the keys of a text, with their names.
func keyEntries(text signup.Secret) iter.Seq[string] {
	return func(yield func(string) bool) {
		for entry := range strings.FieldsFuncSeq(string(text), func(r rune) bool { return r == ',' || r == '\n' || r == '\r' }) {
			if entry = strings.Trim(entry, " \t"); entry != "" && !yield(entry) {
				return
			}
		}
	}
}

// cutKeyName cuts the name, if there is one, from an entry.
func cutKeyName(entry string) (name, key string) {
	if before, after, ok := strings.Cut(entry, ":"); ok && isKeyName(before) {
		return before, after
	}
	return "", entry
}

// FirstAPIKey returns what a caller sends who has a text that CheckAPIKeys accepts: its
// first key, without the name.
func FirstAPIKey(keys signup.Secret) signup.Secret {
	for entry := range keyEntries(keys) {
		_, key := cutKeyName(entry)
		return signup.Secret(key)
	}
	return ""
}

func checkAPIKey(key string) error {
	if len(key) < minAPIKey || len(key) > maxAPIKey {
		return fmt.Errorf("an API key has %d characters: it must have %d to %d, such as those of openssl rand -hex 32",
			len(key), minAPIKey, maxAPIKey)
	}
	for i := range len(key) {
		if key[i] <= ' ' || key[i] > '~' {
			return errors.New("an API key contains characters other than printable ASCII without spaces")
		}
	}
	return nil
}

func isKeyName(text string) bool {
	if text == "" || len(text) > maxAPIKeyName {
		return false
	}
	for _, b := range []byte(text) {
		if (b < '0' || b > '9') && (b|0x20 < 'a' || b|0x20 > 'z') && b != '.' && b != '_' && b != '-' {
			return false
		}
	}
	return true
}

func (k namedKey) is(hash [sha256.Size]byte) bool {
	return subtle.ConstantTimeCompare(k.hash[:], hash[:]) == 1
}

// holder returns the name of the key in the Authorization header of a request,
// if it is valid. It compares with all keys, so that the time does not reveal
// which one matches.
func (k keyring) holder(authorization []string) (name string, ok bool) {
	if len(authorization) != 1 {
		return "", false
	}
	scheme, key, _ := strings.Cut(authorization[0], " ")
	hash := sha256.Sum256([]byte(strings.TrimLeft(key, " ")))
	for _, one := range k {
		if one.is(hash) && strings.EqualFold(scheme, "Bearer") {
			name, ok = one.name, true
		}
	}
	return name, ok
}
