package signup

import (
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/kv"
)

// family is what leads to one account or claim. All of it comes before the
// account itself, which is then compared with it.
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

// keys lists what leads to the account, and the account itself.
func (f *family) keys(id string) []string {
	keys := slices.Concat([]string{userPrefix + id}, f.approvals, f.mails)
	for _, token := range f.tokens {
		keys = append(keys, token.key)
	}
	for _, pending := range f.pending {
		keys = append(keys, pending.key)
	}
	return keys
}

// family returns what is known of an account so far, nil if the id is none.
func (c *Checker) family(key, id string) *family {
	if !isID(id) {
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
	record := readEntry[nameRecord](c, entry)
	if record == nil {
		return
	}
	if record.State != statePending && record.State != stateVoid && record.State != stateFinal {
		c.find(entry.Key, "the record is damaged: its state is %q", record.State)
	}
	if f := c.family(entry.Key, record.ID); f != nil {
		f.names = append(f.names, &nameFacts{name, record.State, record.Expires, record.Keys})
	}
}

func (c *Checker) addToken(entry kv.Entry, hash string) {
	if !isHash(hash) {
		c.find(entry.Key, "the key is damaged")
	}
	record := readEntry[tokenRecord](c, entry)
	if record == nil {
		return
	}
	if f := c.family(entry.Key, record.ID); f != nil {
		f.tokens = append(f.tokens, tokenFacts{entry.Key, record.Name})
	}
}

func (c *Checker) addPending(entry kv.Entry) {
	record := readEntry[pendingRecord](c, entry)
	if record == nil {
		return
	}
	if f := c.family(entry.Key, record.ID); f != nil {
		f.pending = append(f.pending, pendingFacts{entry.Key, record.Name, record.State, record.Keys})
	}
}

func (c *Checker) addApproval(entry kv.Entry) {
	record := readEntry[idRecord](c, entry)
	if record == nil {
		return
	}
	if f := c.family(entry.Key, record.ID); f != nil {
		f.approvals = append(f.approvals, entry.Key)
	}
}

func (c *Checker) addMail(entry kv.Entry) {
	parts := strings.Split(entry.Key, "/")
	if len(parts) != 3 || !isKeyID(parts[1]) || !isHash(parts[2]) {
		c.find(entry.Key, "the key is damaged")
	}
	record := readEntry[idRecord](c, entry)
	if record == nil {
		return
	}
	if f := c.family(entry.Key, record.ID); f != nil {
		f.mails = append(f.mails, entry.Key)
	}
}

// finishFamilies is for what leads to accounts that did not come.
func (c *Checker) finishFamilies() {
	for id, f := range c.families {
		keys := f.keys(id)[1:]
		for _, name := range f.names {
			keys = append(keys, namePrefix+name.name)
		}
		for _, key := range keys {
			c.find(key, "leads to user/%s, which is not there", id)
		}
	}
}
