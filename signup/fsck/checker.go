// Package fsck checks the whole content of a store: whether each record can be
// read and opened, and whether records agree with each other. Its entry point
// is New. ReadBacklog counts what waits in a store. The package knows the format of a
// store, but no operations.
package fsck

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/keyring"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// Finding is one inconsistency in a store.
type Finding struct {
	Key     string // as in the store; under name/ it contains a username
	Problem string // for the operator; never contains a secret
}

// String returns the key and the problem.
func (f Finding) String() string { return f.Key + ": " + f.Problem }

// Checker checks the whole content of a store. It finds records that cannot be
// read or opened, and references between records that lead nowhere, to the
// wrong record, or in one direction only. It repairs nothing. A store that only
// engines wrote to has no findings, even after crashes.
//
// Add takes every entry of the store, in the order of kv.Store.Scan and all
// from the same moment. Findings comes after the last one. Meanwhile the
// Checker remembers the keys and times of accounts: about 1.2 KiB of memory for
// each account or claim, and 0.2 KiB for each outstanding event. See AddApart for
// stores of any size.
type Checker struct {
	keys     *keyring.Keys // nil if sealed texts are not opened
	findings []Finding
	last     string // the previous key

	format *record.Format // nil if it is missing or damaged
	unlike bool           // the store's names were made with other Unicode tables
	sealed bool           // meta/keys exists

	events   map[string]*eventFacts  // by event id
	dead     map[string][]*deadFacts // by event id
	families map[string]*family      // by user id
	erased   map[string]string       // keys of what erased accounts left, by user id
	owners   map[string]string       // user ids by blind index of the address

	owner func(index, id string) // replaces owners in a part
}

// New returns a Checker. With the keys of the store it opens sealed texts and
// compares addresses. If keys is nil, it does neither.
func New(keys *keyring.Keys) *Checker {
	return &Checker{
		keys:     keys,
		events:   map[string]*eventFacts{},
		dead:     map[string][]*deadFacts{},
		families: map[string]*family{},
		erased:   map[string]string{},
		owners:   map[string]string{},
	}
}

// Add checks the next entry.
func (c *Checker) Add(entry kv.Entry) {
	if c.begin(entry) {
		c.add(entry)
	}
}

// begin checks what an entry needs to be read at all.
func (c *Checker) begin(entry kv.Entry) bool {
	if entry.Key <= c.last {
		c.find(entry.Key, "comes after %s in a scan: the store does not keep its order", c.last)
	}
	c.last = entry.Key
	if !utf8.ValidString(entry.Data) {
		c.find(entry.Key, "the record is damaged: it is not UTF-8")
		return false
	}
	return true
}

func (c *Checker) add(entry kv.Entry) {
	list, rest, _ := strings.Cut(entry.Key, "/")
	switch list {
	case "approval":
		c.addApproval(entry)
	case "dead":
		c.addDead(entry)
	case "erased":
		c.addErased(entry, rest)
	case "event":
		c.addEvent(entry, rest)
	case "guess":
		c.addGuesses(entry, rest)
	case "health":
		c.addHealth(entry, rest)
	case "idem":
		c.addIdem(entry, rest)
	case "mail":
		c.addMail(entry)
	case "meta":
		c.addMeta(entry)
	case "name":
		c.addName(entry, rest)
	case "outbox":
		c.addOutbox(entry)
	case "pending":
		c.addPending(entry)
	case "rate":
		c.addRate(entry)
	case "sent":
		c.addSent(entry)
	case "token":
		c.addToken(entry, rest)
	case "user":
		c.addUser(entry, rest)
	default:
		c.find(entry.Key, "is an unknown key")
	}
}

// Findings returns what was found, in the order of the keys.
func (c *Checker) Findings() []Finding {
	if c.last != "" {
		c.finishMeta()
	}
	c.finishEvents()
	c.finishFamilies()
	Sort(c.findings)
	return c.findings
}

// Sort sorts findings by their keys.
func Sort(findings []Finding) {
	slices.SortFunc(findings, func(a, b Finding) int {
		return cmp.Or(strings.Compare(a.Key, b.Key), strings.Compare(a.Problem, b.Problem))
	})
}

func (c *Checker) find(key, format string, args ...any) {
	c.findings = append(c.findings, Finding{key, fmt.Sprintf(format, args...)})
}

// readEntry decodes a record, or returns nil if it is damaged.
func readEntry[T any, D record.Readable[T]](c *Checker, entry kv.Entry) *T {
	stored, err := record.Decode[T, D](entry.Key, entry.Value)
	if err != nil {
		c.find(entry.Key, "%s", strings.TrimPrefix(err.Message, record.RedactKey(entry.Key)+": "))
		return nil
	}
	return stored
}

// open opens a sealed text if there are keys.
func (c *Checker) open(key string, where keyring.Place, sealed string) (text string, opened bool) {
	if c.keys == nil {
		return "", false
	}
	text, err := keyring.Open(c.keys, where, sealed)
	if err != nil {
		c.find(key, "%s", strings.TrimPrefix(err.Message, where.Kind+"/"+where.ID+": "))
		return "", false
	}
	return text, true
}

// placed checks that an entry of a list that is ordered by time is in the
// bucket of its account, at its time, under its id.
func (c *Checker) placed(key, list, userID string, ms int64, id string) {
	if c.format == nil || c.format.Buckets == 0 {
		return // the buckets are unknown
	}
	if want := record.TimedKey(list, record.Bucket(userID, c.format.Buckets), ms, id); key != want {
		c.find(key, "is in the wrong place: its record belongs to %s", want)
	}
}
