package signup

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/enrol-sso/enrol/kv"
)

// addMeta looks at what is known of the store as a whole.
func (c *Checker) addMeta(entry kv.Entry) {
	switch entry.Key {
	case metaFormatKey:
		c.addFormat(entry)
	case metaKeysKey:
		c.addKeys(entry)
	default:
		c.find(entry.Key, "is no key that this engine knows")
	}
}

func (c *Checker) addFormat(entry kv.Entry) {
	format := readEntry[formatRecord](c, entry)
	switch {
	case format == nil:
		c.format, c.unlike = &formatRecord{}, true // there, but of no use
	case format.Buckets < 1 || format.Buckets > maxBuckets:
		c.find(entry.Key, "the record is damaged: %d buckets", format.Buckets)
		c.format, c.unlike = &formatRecord{}, true
	default:
		c.format = format
		if c.unlike = format.Unicode != UnicodeVersion(); c.unlike {
			c.find(entry.Key, "the store was made with Unicode %q, this engine has %q: names were not compared", format.Unicode, UnicodeVersion())
		}
	}
}

func (c *Checker) addKeys(entry kv.Entry) {
	c.sealed = true
	record := readEntry[keysRecord](c, entry)
	if record == nil {
		return
	}
	if len(record.Keys) < 1 || len(record.Keys) > maxKeys {
		c.find(entry.Key, "the record is damaged: %d secret keys", len(record.Keys))
	}
	for _, listed := range record.Keys {
		if c.keys == nil {
			break
		}
		k := c.keys.find(listed.ID)
		switch {
		case k == nil:
			c.find(entry.Key, "the store is sealed with secret key %q, which is not at hand", listed.ID)
		case k.check() != listed.Check:
			c.find(entry.Key, "the store is sealed with another secret key of the id %s", listed.ID)
		}
	}
}

// finishMeta is for a store that holds something.
func (c *Checker) finishMeta() {
	if c.format == nil {
		c.find(metaFormatKey, "is missing: the places of events and claims were not checked")
	}
	if !c.sealed {
		c.find(metaKeysKey, "is missing")
	}
}

// addIdem looks at the answer that is kept under an idempotency key.
func (c *Checker) addIdem(entry kv.Entry, name string) {
	if !isHash(name) {
		c.find(entry.Key, "the key is damaged")
	}
	record := readEntry[idemRecord](c, entry)
	if record == nil {
		return
	}
	if !isHash(record.Body) || record.Expires <= 0 || record.Expires > maxTime {
		c.find(entry.Key, "the record is damaged")
	}
	text, opened := c.open(entry.Key, idemPlace(entry.Key), record.Sealed)
	if !opened {
		return
	}
	var kept keptAnswer
	if json.Unmarshal([]byte(text), &kept) != nil || len(kept.Answer) == 0 {
		c.find(entry.Key, "the record is damaged: it holds no answer")
	}
}

func (c *Checker) addRate(entry kv.Entry, rest string) {
	hour, rest, _ := strings.Cut(rest, "/")
	name, shard, _ := strings.Cut(rest, "/")
	if _, err := strconv.Atoi(hour); err != nil || len(hour) != 8 || !isHash(name) || len(shard) != 1 || !isDigit(shard[0]) {
		c.find(entry.Key, "the key is damaged")
	}
	if record := readEntry[rateRecord](c, entry); record != nil && record.N < 1 {
		c.find(entry.Key, "the record is damaged: it counts nothing")
	}
}

func (c *Checker) addSent(entry kv.Entry, rest string) {
	day, name, _ := strings.Cut(rest, "/")
	if _, err := strconv.Atoi(day); err != nil || len(day) != 5 || !isHash(name) {
		c.find(entry.Key, "the key is damaged")
	}
	if record := readEntry[sentRecord](c, entry); record != nil && (record.N < 1 || record.Last < 0 || record.Last > maxTime) {
		c.find(entry.Key, "the record is damaged")
	}
}
