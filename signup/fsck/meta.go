package fsck

import (
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/identity"
	"github.com/enrol-sso/enrol/signup/internal/keyring"
	"github.com/enrol-sso/enrol/signup/internal/phc"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// addMeta checks the records about the store as a whole.
func (c *Checker) addMeta(entry kv.Entry) {
	switch entry.Key {
	case record.FormatKey:
		c.addFormat(entry)
	case record.KeysKey:
		c.addKeys(entry)
	case record.HostsKey:
		if stored := readEntry[record.Hosts](c, entry); stored != nil && !stored.Valid() {
			c.find(entry.Key, "the record is damaged")
		}
	default:
		if chain, is := strings.CutPrefix(entry.Key, record.AuditPrefix); is {
			c.addCheckpoint(entry, chain)
			return
		}
		c.find(entry.Key, "is an unknown key")
	}
}

// addCheckpoint checks a checkpoint of the audit trail of a host.
func (c *Checker) addCheckpoint(entry kv.Entry, chain string) {
	if !strings.HasPrefix(entry.Data, "{") || !strings.Contains(entry.Data, `"chain":"`+chain+`"`) {
		c.find(entry.Key, "the checkpoint of the audit trail is damaged")
	}
}

func (c *Checker) addFormat(entry kv.Entry) {
	format := readEntry[record.Format](c, entry)
	switch {
	case format == nil:
		c.format, c.unlike = &record.Format{}, true // it exists, but is useless
	case format.Buckets < 1 || format.Buckets > ssoconf.MaxBuckets:
		c.find(entry.Key, "the record is damaged: %d buckets", format.Buckets)
		c.format, c.unlike = &record.Format{}, true
	default:
		c.format = format
		if c.unlike = format.Unicode != identity.UnicodeVersion(); c.unlike {
			c.find(entry.Key, "the store was created with Unicode %q, this engine has %q: names were not compared", format.Unicode, identity.UnicodeVersion())
		}
	}
}

func (c *Checker) addKeys(entry kv.Entry) {
	c.sealed = true
	stored := readEntry[record.Keys](c, entry)
	if stored == nil {
		return
	}
	if len(stored.Keys) < 1 || len(stored.Keys) > keyring.Most {
		c.find(entry.Key, "the record is damaged: %d secret keys", len(stored.Keys))
	}
	for _, listed := range stored.Keys {
		if c.keys == nil {
			break
		}
		k := keyring.Find(c.keys, listed.ID)
		switch {
		case k == nil:
			c.find(entry.Key, "the store is sealed with secret key %q, which is missing", listed.ID)
		case k.Check() != listed.Check:
			c.find(entry.Key, "the store is sealed with another secret key with the id %s", listed.ID)
		}
	}
	if !validHashes(stored.Hashes) {
		c.find(entry.Key, "the record is damaged: its kinds of password hashes are invalid")
	}
	if stored.Guesses == "" {
		return
	}
	if text, opened := c.open(entry.Key, record.GuessSecretPlace, stored.Guesses); opened && !record.IsGuessSecret(text) {
		c.find(entry.Key, "the record is damaged: the secret for counting wrong passwords is invalid")
	}
}

// validHashes reports whether a list of kinds of password hashes is one that the
// core writes.
func validHashes(kinds []phc.Kind) bool {
	for i, kind := range kinds {
		if !kind.Valid() || slices.Contains(kinds[:i], kind) {
			return false
		}
	}
	return len(kinds) <= record.MaxHashes
}

// finishMeta runs at the end for a store that is not empty.
func (c *Checker) finishMeta() {
	if c.format == nil {
		c.find(record.FormatKey, "is missing: the places of events and claims were not checked")
	}
	if !c.sealed {
		c.find(record.KeysKey, "is missing")
	}
}

// addIdem checks the answer that is kept for an idempotency key.
func (c *Checker) addIdem(entry kv.Entry, name string) {
	if !record.IsHash(name) {
		c.find(entry.Key, "the key is damaged")
	}
	stored := readEntry[record.Idempotency](c, entry)
	if stored == nil {
		return
	}
	if !record.IsHash(stored.Body) || stored.Expires <= 0 || stored.Expires > record.MaxTime {
		c.find(entry.Key, "the record is damaged")
	}
	text, opened := c.open(entry.Key, record.AnswerPlace(entry.Key), stored.Sealed)
	if !opened {
		return
	}
	if kept, ok := record.Read[record.KeptAnswer](text); !ok || kept.Answer == "" {
		c.find(entry.Key, "the record is damaged: it contains no answer")
	}
}

func (c *Checker) addRate(entry kv.Entry) {
	if !record.IsRateKey(entry.Key) {
		c.find(entry.Key, "the key is damaged")
	}
	if stored := readEntry[record.Rate](c, entry); stored != nil && stored.N < 1 {
		c.find(entry.Key, "the record is damaged: it counts nothing")
	}
}

func (c *Checker) addSent(entry kv.Entry) {
	if !record.IsSentKey(entry.Key) {
		c.find(entry.Key, "the key is damaged")
	}
	stored := readEntry[record.Mailbox](c, entry)
	if stored == nil {
		return
	}
	sum, damaged := 0, stored.N < 0 || stored.Own < 0 || !isTime(stored.Last) || len(stored.Clients) > record.MaxClients
	for _, client := range stored.Clients {
		sum += client.N
		damaged = damaged || client.N < 0 || !isTime(client.Last) || !isTime(client.Due) || !record.IsID(client.Event)
	}
	if damaged || sum > stored.N {
		c.find(entry.Key, "the record is damaged")
	}
}

func (c *Checker) addHealth(entry kv.Entry, id string) {
	if !record.IsDestinationID(id) {
		c.find(entry.Key, "the key is damaged")
	}
	stored := readEntry[record.Health](c, entry)
	if stored != nil && (stored.Failures < 1 || stored.Firsts < 0 || !isTime(stored.Next) || !isTime(stored.Fresh) || !isTime(stored.Asked) || !isTime(stored.Answered) || !isTime(stored.Failed) || !isTime(stored.Until) || stored.Lease != "" && !record.IsID(stored.Lease) || stored.Probe != "" && !record.IsID(stored.Probe)) {
		c.find(entry.Key, "the record is damaged")
	}
}

func (c *Checker) addGuesses(entry kv.Entry, name string) {
	if !record.IsHash(name) {
		c.find(entry.Key, "the key is damaged")
	}
	stored := readEntry[record.Guesses](c, entry)
	if stored == nil {
		return
	}
	if _, ok := stored.Networks(); !ok || stored.N < 0 || !isTime(stored.Last) {
		c.find(entry.Key, "the record is damaged")
	}
}
