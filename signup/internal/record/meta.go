package record

import (
	"github.com/enrol-sso/enrol/signup/internal/keyring"
	"github.com/enrol-sso/enrol/signup/internal/phc"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// Format is meta/format: what is fixed when the store is created.
type Format struct {
	V       int
	Unicode string // version of the tables behind canonical names
	Buckets int
}

func (f *Format) Members(m *strictjson.Members) {
	m.Int("v", &f.V)
	m.String("unicode", &f.Unicode)
	m.Int("buckets", &f.Buckets)
}

// Keys is meta/keys: the secret keys in use, newest first.
type Keys struct {
	V       int
	Keys    []keyring.Entry
	Guesses string // sealed: the secret of the counts of wrong passwords, once the keys have changed
	Change  string // random for each change, so that no state occurs twice

	// Replaced are keys that were in use before, the newest last. No host makes one
	// of them the writer again.
	Replaced []keyring.Entry

	// Hashes are the kinds of password hashes that accounts have, in the order
	// in which they came into use, see Kind of package phc. A store
	// of an earlier version has none.
	Hashes []phc.Kind
}

// MaxReplaced is how many replaced secret keys a store remembers.
const MaxReplaced = 16

// MaxHashes is how many kinds of password hashes a store remembers.
const MaxHashes = 8

func (k *Keys) Members(m *strictjson.Members) {
	m.Int("v", &k.V)
	strictjson.List(m, "keys", &k.Keys, (*keyring.Entry).Members)
	m.Optional().String("guesses", &k.Guesses)
	m.Optional().String("change", &k.Change)
	strictjson.List(m.Optional(), "replaced", &k.Replaced, (*keyring.Entry).Members)
	strictjson.List(m.Optional(), "hashes", &k.Hashes, (*phc.Kind).Members)
}
