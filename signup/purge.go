package signup

import (
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/fault"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// PurgeRequest is the request of purge.
type PurgeRequest struct {
	CID    string
	Limit  int    // records to read, 1 to 100; 100 if 0
	Cursor string // of the run before, "" for the first
}

// JSON returns the request in JSON for purge.
func (r PurgeRequest) JSON() ([]byte, error) { return requestJSON(&r) }

func (r *PurgeRequest) members(m *strictjson.Members) {
	visitCID(m.Optional(), &r.CID)
	visitPage(m, &r.Limit, 100, &r.Cursor)
	if r.Cursor != "" && !strings.HasPrefix(r.Cursor, record.IdemPrefix) && !strings.HasPrefix(r.Cursor, record.GuessPrefix) {
		m.Fail("cursor", "is not from an earlier answer")
	}
}

// purge removes what has expired: claims that were never confirmed, with their
// names, tokens of claims that were, counters of rate limits and of wrong
// passwords, and answers kept for repetitions. It reads a limited number of
// records; a host calls it from time to time, and again at once if there is
// more. Damaged records are left in place and named in PurgeResponse.Damage.
func (r *run) purge(data []byte) (document, *Error) {
	var request PurgeRequest
	err := readRequest(data, request.members)
	r.setCID(request.CID, "")
	if err != nil {
		return nil, err
	}
	if err := r.loadMeta(); err != nil {
		return nil, err
	}
	p := &purger{run: r, left: request.Limit, answer: PurgeResponse{Response: *accepted(r.cid)}}
	for bucket := 0; bucket < r.meta.buckets && p.left > 0; bucket++ {
		if err := p.claims(record.BucketPrefix(record.PendingPrefix, bucket)); err != nil {
			return nil, err
		}
	}
	if err := p.erasures(); err != nil {
		return nil, err
	}
	hour, day := r.now/hourMS, r.now/dayMS
	for _, counters := range []struct{ prefix, current, next string }{
		{record.RatePrefix, record.HourPrefix(hour - 1), record.HourPrefix(hour + 2)},
		{record.SentPrefix, record.DayPrefix(day - 1), record.DayPrefix(day + 2)},
	} {
		if err := p.counters(counters.prefix, "", counters.current); err != nil {
			return nil, err
		}
		if err := p.counters(counters.prefix, counters.next, counters.prefix+"~"); err != nil { // of a clock that was ahead
			return nil, err
		}
	}
	if err := p.purgeHealth(); err != nil {
		return nil, err
	}
	if err := p.unordered(request.Cursor); err != nil {
		return nil, err
	}
	goneOn := p.answer.Removed > 0 || p.answer.Cursor != request.Cursor
	if p.answer.Damage = p.damage.text; p.answer.Damage != "" && !goneOn {
		p.answer.More = false // another run now would read the same records
	}
	return &p.answer, nil
}

// purger is one run of purge.
type purger struct {
	*run
	left   int // records that the run may still read
	answer PurgeResponse
	damage damage
}

// claims removes what has expired in one bucket.
func (p *purger) claims(prefix string) *Error {
	entries, failure := p.host.Scan(prefix, "", p.left)
	if failure != nil {
		return fault.Outside("scan", failure)
	}
	for _, entry := range entries {
		expiry, _, ok := record.ParseTimedKey(entry.Key)
		if !ok {
			p.damage.skip(fault.Internal("%s: the key is damaged", entry.Key))
			continue
		}
		if expiry > p.now {
			return nil
		}
		p.left--
		if err := p.damage.skip(p.claim(entry)); err != nil {
			return err
		}
	}
	p.answer.More = p.answer.More || p.left == 0
	return nil
}

// claim removes one expired claim. Of an account it removes only the entry and
// the tokens, which were kept to recognize a second confirmation.
func (p *purger) claim(entry kv.Entry) *Error {
	stored, err := record.Decode[record.Pending](entry.Key, entry.Value)
	if err != nil {
		return err
	}
	userKey, nameKey := record.UserPrefix+stored.ID, record.NamePrefix+stored.Name
	values, err := p.get(entry.Key, userKey, nameKey)
	if err != nil || values[0].Version == "" {
		return err
	}
	if stored, err = record.Decode[record.Pending](entry.Key, values[0]); err != nil { // it may list more now
		return err
	}
	batch := kv.Batch{Checks: []kv.Check{
		{Key: entry.Key, Version: values[0].Version},
		{Key: userKey, Version: values[1].Version},
		{Key: nameKey, Version: values[2].Version},
	}}
	user, name := new(record.User), new(record.Name)
	if values[1].Version != "" {
		if user, err = record.Decode[record.User](userKey, values[1]); err != nil {
			return err
		}
	}
	if values[2].Version != "" {
		if name, err = record.Decode[record.Name](nameKey, values[2]); err != nil {
			return err
		}
	}
	if user.State == record.StateFinal {
		gone := expiring(name.Keys)
		name.Keys = slices.DeleteFunc(slices.Clone(name.Keys), func(key string) bool { return slices.Contains(gone, key) })
		batch.Puts = []kv.Put{record.Put(nameKey, name)}
		batch.Deletes = gone
	} else {
		batch.Deletes = stored.Keys
		if name.ID == stored.ID {
			batch.Deletes = append(slices.Clone(stored.Keys), nameKey)
		}
		batch.Deletes = append(slices.Clone(batch.Deletes), p.guessKeys(stored.ID)...)
	}
	return p.remove(batch)
}

// expiring returns the keys of an account that are kept until its claim would
// have expired.
func expiring(keys []string) []string {
	return slices.DeleteFunc(slices.Clone(keys), func(key string) bool {
		return !strings.HasPrefix(key, record.TokenPrefix) && !strings.HasPrefix(key, record.PendingPrefix)
	})
}

// remove commits a batch. If a concurrent change interferes, the next run reads
// the records again.
func (p *purger) remove(batch kv.Batch) *Error {
	outcome, err := p.commit(batch)
	if err == nil && outcome == committed {
		p.answer.Removed++
	}
	return err
}

// PurgeResponse is the response of purge.
type PurgeResponse struct {
	Response
	Removed int    // number of expired claims and other records
	More    bool   // whether there may be more: purge again at once
	Cursor  string // for the next run

	// Damage names the first record that the run skipped because it is damaged
	// or a newer engine wrote it, for the operator, or is "".
	Damage string
}

func (p *PurgeResponse) members(m *strictjson.Members) {
	p.Response.members(m)
	m.Int("removed", &p.Removed)
	m.Bool("more", &p.More)
	m.String("cursor", &p.Cursor)
	m.Optional().String("damage", &p.Damage)
}
