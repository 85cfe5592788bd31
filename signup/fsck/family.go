package fsck

import (
	"slices"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// family is everything that leads to one account or claim. All of it comes
// before the account itself, which is then checked against it.
type family struct {
	names     []*nameFacts
	tokens    []tokenFacts
	pending   []pendingFacts
	approvals []string // keys
	mails     []string // keys
}

type nameFacts struct {
	name    string
	state   string
	expires int64
	keys    []string
}

type tokenFacts struct {
	key  string
	name string
}

type pendingFacts struct {
	key   string
	name  string
	state string
	keys  []string
}

// keys returns the keys that lead to the account, and its own.
func (f *family) keys(id string) []string {
	keys := slices.Concat([]string{record.UserPrefix + id}, f.approvals, f.mails)
	for _, token := range f.tokens {
		keys = append(keys, token.key)
	}
	for _, pending := range f.pending {
		keys = append(keys, pending.key)
	}
	return keys
}

// family returns what is known of an account so far, or nil if the id is
// invalid.
func (c *Checker) family(key, id string) *family {
	if !record.IsID(id) {
		c.find(key, "the record is damaged: it leads to the account %q", id)
		return nil
	}
	f := c.families[id]
	if f == nil {
		f = &family{}
		c.families[id] = f
	}
	return f
}

func (c *Checker) addName(entry kv.Entry, name string) {
	stored := readEntry[record.Name](c, entry)
	if stored == nil {
		return
	}
	if stored.State != record.StatePending && stored.State != record.StateVoid && stored.State != record.StateFinal {
		c.find(entry.Key, "the record is damaged: its state is %q", stored.State)
	}
	if f := c.family(entry.Key, stored.ID); f != nil {
		f.names = append(f.names, &nameFacts{name, stored.State, stored.Expires, stored.Keys})
	}
}

func (c *Checker) addToken(entry kv.Entry, hash string) {
	if !record.IsHash(hash) {
		c.find(entry.Key, "the key is damaged")
	}
	stored := readEntry[record.Token](c, entry)
	if stored == nil {
		return
	}
	if f := c.family(entry.Key, stored.ID); f != nil {
		f.tokens = append(f.tokens, tokenFacts{entry.Key, stored.Name})
	}
}

func (c *Checker) addPending(entry kv.Entry) {
	stored := readEntry[record.Pending](c, entry)
	if stored == nil {
		return
	}
	if f := c.family(entry.Key, stored.ID); f != nil {
		f.pending = append(f.pending, pendingFacts{entry.Key, stored.Name, stored.State, stored.Keys})
	}
}

func (c *Checker) addApproval(entry kv.Entry) {
	stored := readEntry[record.Reference](c, entry)
	if stored == nil {
		return
	}
	if f := c.family(entry.Key, stored.ID); f != nil {
		f.approvals = append(f.approvals, entry.Key)
	}
}

// addErased checks what an erased account leaves until its events are deleted.
func (c *Checker) addErased(entry kv.Entry, id string) {
	stored := readEntry[record.Pending](c, entry)
	switch {
	case stored == nil:
	case !record.IsID(id), stored.ID != id:
		c.find(entry.Key, "the record is damaged: it is of the account %q", stored.ID)
	default:
		c.erased[id] = entry.Key
	}
}

func (c *Checker) addMail(entry kv.Entry) {
	if _, ok := record.ParseMailKey(entry.Key); !ok {
		c.find(entry.Key, "the key is damaged")
	}
	stored := readEntry[record.Reference](c, entry)
	if stored == nil {
		return
	}
	if f := c.family(entry.Key, stored.ID); f != nil {
		f.mails = append(f.mails, entry.Key)
	}
}

// finishFamilies reports what leads to accounts that do not exist.
func (c *Checker) finishFamilies() {
	for id, f := range c.families {
		keys := f.keys(id)[1:]
		for _, name := range f.names {
			keys = append(keys, record.NamePrefix+name.name)
		}
		for _, key := range keys {
			c.find(key, "leads to user/%s, which does not exist", id)
		}
	}
}
