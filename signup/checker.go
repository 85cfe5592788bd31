package signup

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/enrol-sso/enrol/kv"
)

// Finding is one thing in a store that does not fit.
type Finding struct {
	Key     string // as it is in the store: under name/ it holds a username
	Problem string // for the operator; never holds a secret
}

// String is the key with what is wrong there.
func (f Finding) String() string { return f.Key + ": " + f.Problem }

// Checker looks at the whole content of a store and says what does not fit:
// records that cannot be read or opened, and references between records that
// lead nowhere, to the wrong record, or in one direction only. It repairs
// nothing. A store that only engines wrote to has no findings, whatever crashed
// meanwhile.
//
// Add takes every entry of the store, in the order in which kv.Store.Scan gives
// them and all from one moment; Findings comes after the last one. Between the
// two it remembers what accounts are made of, though no more than keys and
// times: some 1.2 KiB of memory for each account or claim, and 0.2 KiB for each
// event that is outstanding.
type Checker struct {
	keys     *Keys // nil if nothing sealed is to be opened
	findings []Finding
	last     string // the key before

	format *formatRecord // nil where it is missing or damaged
	unlike bool          // the store's names are made with other tables than ours
	sealed bool          // meta/keys was there

	events   map[string]*eventFacts  // by event id
	dead     map[string][]*deadFacts // by event id
	families map[string]*family      // by user id
	owners   map[string]string       // user ids by their address, as a blind index
}

// NewChecker returns a Checker. With the keys of the store it opens what is
// sealed and compares addresses; without, nil, it leaves that out.
func NewChecker(keys *Keys) *Checker {
	return &Checker{
		keys:     keys,
		events:   map[string]*eventFacts{},
		dead:     map[string][]*deadFacts{},
		families: map[string]*family{},
		owners:   map[string]string{},
	}
}

// Add looks at the next entry.
func (c *Checker) Add(entry kv.Entry) {
	if entry.Key <= c.last {
		c.find(entry.Key, "comes after %s in a scan: the store does not keep its order", c.last)
	}
	c.last = entry.Key
	if !utf8.ValidString(entry.Data) {
		c.find(entry.Key, "the record is damaged: it is not UTF-8")
		return
	}
	list, rest, _ := strings.Cut(entry.Key, "/")
	switch list {
	case "approval":
		c.addApproval(entry)
	case "dead":
		c.addDead(entry)
	case "event":
		c.addEvent(entry, rest)
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
		c.addRate(entry, rest)
	case "sent":
		c.addSent(entry, rest)
	case "token":
		c.addToken(entry, rest)
	case "user":
		c.addUser(entry, rest)
	default:
		c.find(entry.Key, "is no key that this engine knows")
	}
}

// Findings says what was found, in the order of the keys.
func (c *Checker) Findings() []Finding {
	if c.last != "" {
		c.finishMeta()
	}
	c.finishEvents()
	c.finishFamilies()
	slices.SortFunc(c.findings, func(a, b Finding) int {
		return cmp.Or(strings.Compare(a.Key, b.Key), strings.Compare(a.Problem, b.Problem))
	})
	return c.findings
}

func (c *Checker) find(key, format string, args ...any) {
	c.findings = append(c.findings, Finding{key, fmt.Sprintf(format, args...)})
}

// readEntry decodes a record, nil if that cannot be done.
func readEntry[T any](c *Checker, entry kv.Entry) *T {
	record, err := decode[T](entry.Key, entry.Value)
	if err != nil {
		c.find(entry.Key, "%s", strings.TrimPrefix(err.Message, redactKey(entry.Key)+": "))
		return nil
	}
	return record
}

// open opens what is sealed, if there are keys.
func (c *Checker) open(key string, where place, sealed string) (text string, opened bool) {
	if c.keys == nil {
		return "", false
	}
	text, err := c.keys.open(where, sealed)
	if err != nil {
		c.find(key, "%s", strings.TrimPrefix(err.Message, where.kind+"/"+where.id+": "))
		return "", false
	}
	return text, true
}

// placed says whether an entry of a list that is ordered by time is where it
// belongs: in the bucket of its account, at its time, under its id.
func (c *Checker) placed(key, list, userID string, ms int64, id string) {
	if c.format == nil || c.format.Buckets == 0 {
		return // the buckets are not known
	}
	m := meta{buckets: c.format.Buckets}
	if want := timed(list, m.bucket(userID), ms, id); key != want {
		c.find(key, "is in the wrong place: its record belongs to %s", want)
	}
}

// isHash says whether text has the form of 32 bytes in base64url.
func isHash(text string) bool {
	return len(text) == 43 && !strings.ContainsFunc(text, func(r rune) bool {
		letter := 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z'
		return !letter && (r < '0' || r > '9') && r != '-' && r != '_'
	})
}
