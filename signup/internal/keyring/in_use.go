package keyring

import (
	"errors"
	"fmt"

	"github.com/enrol-sso/enrol/signup/strictjson"
)

// Entry identifies a secret key that a store is sealed with.
type Entry struct {
	ID    string
	Check string // distinguishes the right key from another with the same id
}

// Entry returns the entry of a key.
func (k *Key) Entry() Entry { return Entry{ID: k.ID, Check: k.Check()} }

// Members visits the members of an entry.
func (k *Entry) Members(m *strictjson.Members) {
	m.String("id", &k.ID)
	m.String("check", &k.Check)
}

// ErrWrongKey means that a store is sealed with a secret key that was not
// given.
var ErrWrongKey = errors.New("the store is sealed with another secret key")

// wrongKey is an ErrWrongKey whose message names the key.
type wrongKey string

func (w wrongKey) Error() string { return string(w) }

// Is reports whether the target is ErrWrongKey.
func (w wrongKey) Is(target error) bool { return target == ErrWrongKey }

// InUse returns the keys that a store is sealed with, newest first.
func InUse(ks *Keys, entries []Entry) ([]*Key, error) {
	var active []*Key
	for _, entry := range entries {
		k := Find(ks, entry.ID)
		if k == nil {
			return nil, wrongKey(fmt.Sprintf("the store is sealed with secret key %s, which is missing: add it to the secret keys", entry.ID))
		}
		if k.Check() != entry.Check {
			return nil, wrongKey(fmt.Sprintf("the store is sealed with another secret key with the id %s: use the key that it was created with", entry.ID))
		}
		active = append(active, k)
	}
	return active, nil
}
