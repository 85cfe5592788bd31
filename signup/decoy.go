package signup

import (
	"strings"
	"sync"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/keyring"
	"github.com/enrol-sso/enrol/signup/internal/phc"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/ssoconf"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// A record takes longer to read than a missing one: it is decoded, its sealed
// texts are opened, its address is compared. Natively that takes microseconds.
// The module parses records out of JSON within JSON, which takes about a tenth
// of a millisecond. Over some thousand requests that reveals who has an
// account. So signup, resend and verify read a decoy in place of each missing
// record, and continue with it as with a record.

// decoys are records that nobody has. The code that makes real records makes
// them from the configuration: sealed or not, and with a hash of each kind that
// accounts in the store have.
type decoys struct {
	name  decoy // a record.Name
	owner decoy // a record.Reference

	guesses decoy // a record.Guesses

	hash phc.Kind // of new accounts

	lock  sync.Mutex
	users map[phc.Kind]decoy // a record.User with that kind of hash, a claim that waits for its token
}

// decoyID is a well-formed id that record.NewID never returns, because it is
// not a UUID of version 4.
var decoyID = strings.Repeat("0", 26)

func newDecoys(config *ssoconf.Config, keys *Keys) *decoys {
	d := &decoys{
		name: newDecoy(&record.Name{
			V:       record.Version,
			ID:      decoyID,
			State:   record.StatePending,
			Expires: record.MaxTime,
			Keys:    []string{record.UserPrefix + decoyID, record.TokenPrefix + strings.Repeat("0", 43), record.TimedKey(record.PendingPrefix, 0, record.MaxTime, decoyID)},
		}),
		owner: newDecoy(&record.Reference{V: record.Version, ID: decoyID}),

		guesses: newDecoy(&record.Guesses{V: record.Version, N: 1, Last: record.MaxTime, Known: record.EmptyGuesses().Known}),

		hash: hashKind(config),
	}
	d.users = map[phc.Kind]decoy{d.hash: newUserDecoy(config, keys, d.hash)}
	return d
}

// userDecoy returns the decoy of an account with a kind of hash; ok is false if there
// is no such kind.
func (e *Engine) userDecoy(kind phc.Kind) (d decoy, ok bool) {
	e.decoys.lock.Lock()
	defer e.decoys.lock.Unlock()
	if d, ok = e.decoys.users[kind]; ok {
		return d, true
	}
	if !kind.Valid() {
		return d, false
	}
	d = newUserDecoy(e.config, e.keys, kind)
	e.decoys.users[kind] = d
	return d, true
}

// newUserDecoy returns the decoy of an account with a kind of hash.
func newUserDecoy(config *ssoconf.Config, keys *Keys, hash phc.Kind) decoy {
	r := &run{
		Engine: &Engine{config: config, keys: keys},
		now:    record.MaxTime,
		seed:   make([]byte, seedBytes),
		meta:   meta{active: keyring.All(keys)[:1]},
	}
	account := nobody
	account.signupApp = config.Apps.Default
	account.request.RemoteAddr = []string{"192.0.2.100"}
	account.request.AppList = []string{config.Apps.Default}
	user := r.userRecord(&draft{
		checked: &account,
		id:      decoyID,
		hash:    hash.Nothing(),
		expires: record.MaxTime,
		events:  []outgoing{{id: decoyID, destination: record.MessageDestination}},
	}, record.StatePending)
	return newDecoy(&user)
}

// decoy is a record that nobody has, and the answer of a Get with it.
type decoy struct{ record, answer string }

// storedAnswer is the answer of a Get inside the module.
type storedAnswer struct {
	values []storedValue
}

type storedValue struct{ version, data string }

func (a *storedAnswer) Members(m *strictjson.Members) {
	strictjson.List(m, "values", &a.values, (*storedValue).Members)
}

func (v *storedValue) Members(m *strictjson.Members) {
	m.String("version", &v.version)
	m.String("data", &v.data)
}

func newDecoy(stored record.Document) decoy {
	data := string(record.Encode(stored))
	return decoy{data, string(record.Encode(&storedAnswer{[]storedValue{{strings.Repeat("0", 32), data}}}))}
}

// readOr returns the record of a key, or the decoy if there is none, after the
// same work. there reports which.
func readOr[T any, D record.Readable[T]](r *run, key string, value kv.Value, d decoy) (stored *T, there bool, err *Error) {
	there = value.Version != ""
	if !there {
		r.unpack(d)
		key, value = "decoy", kv.Value{Data: d.record}
	}
	stored, err = record.Decode[T, D](key, value)
	return stored, there, err
}

// Unpacker is a Host that parses records out of JSON, as the module does. Other
// hosts do not, so that a decoy does no such work for them.
type Unpacker interface {
	Host
	Unpacks()
}

// unpack parses an answer as the module does.
func (r *run) unpack(d decoy) {
	if _, unpacks := r.host.(Unpacker); !unpacks {
		return
	}
	if _, ok := record.Read[storedAnswer](d.answer); !ok {
		panic("signup: the decoy is not an answer")
	}
}
