package signup

import (
	"fmt"
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/kv"
)

// purge removes what has expired: claims that were never confirmed, with their
// names, tokens of those that were, counters of limits, and answers kept for repetitions. It looks
// at a bounded number of records; a host calls it from time to time, and again
// at once while there is more. What it cannot read it leaves, and says so when
// there is nothing else to remove.
func (r *run) purge(data []byte) (any, *Error) {
	request, err := readPurge(data)
	r.adopt(request.CID, "")
	if err != nil {
		return nil, err
	}
	if err := r.loadMeta(); err != nil {
		return nil, err
	}
	p := &purger{run: r, left: request.Limit, answer: PurgeResponse{Response: accepted(r.cid)}}
	for bucket := 0; bucket < r.meta.buckets && p.left > 0; bucket++ {
		if err := p.claims(fmt.Sprintf("%s%02d/", pendingPrefix, bucket)); err != nil {
			return nil, err
		}
	}
	for _, counters := range []struct{ prefix, current string }{
		{ratePrefix, fmt.Sprintf("%s%08d/", ratePrefix, r.now/hourMS-1)},
		{sentPrefix, fmt.Sprintf("%s%05d/", sentPrefix, r.now/dayMS)},
	} {
		if err := p.counters(counters.prefix, counters.current); err != nil {
			return nil, err
		}
	}
	if err := p.answers(request.Cursor); err != nil {
		return nil, err
	}
	goneOn := p.answer.Removed > 0 || p.answer.Cursor != request.Cursor
	if err := p.damage.told(p.answer.More && goneOn); err != nil {
		return nil, err
	}
	return p.answer, nil
}

// purger is one run of purge.
type purger struct {
	*run
	left   int // records that may still be looked at
	answer PurgeResponse
	damage damage
}

// claims removes what has expired in one bucket.
func (p *purger) claims(prefix string) *Error {
	entries, fault := p.host.Scan(prefix, "", p.left)
	if fault != nil {
		return outside("scan", fault)
	}
	for _, entry := range entries {
		expiry, _, err := readScheduleKey(entry.Key, prefix)
		if err != nil {
			p.damage.skip(err)
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

// claim removes one claim that expired. Of an account it removes only the
// entry and the tokens, which were kept to tell a second confirmation.
func (p *purger) claim(entry kv.Entry) *Error {
	record, err := decode[pendingRecord](entry.Key, entry.Value)
	if err != nil {
		return err
	}
	userKey, nameKey := userPrefix+record.ID, namePrefix+record.Name
	values, err := p.get(entry.Key, userKey, nameKey)
	if err != nil || values[0].Version == "" {
		return err
	}
	if record, err = decode[pendingRecord](entry.Key, values[0]); err != nil { // it may list more by now
		return err
	}
	batch := kv.Batch{Checks: []kv.Check{
		{Key: entry.Key, Version: values[0].Version},
		{Key: userKey, Version: values[1].Version},
		{Key: nameKey, Version: values[2].Version},
	}}
	user, name := new(userRecord), new(nameRecord)
	if values[1].Version != "" {
		if user, err = decode[userRecord](userKey, values[1]); err != nil {
			return err
		}
	}
	if values[2].Version != "" {
		if name, err = decode[nameRecord](nameKey, values[2]); err != nil {
			return err
		}
	}
	if user.State == stateFinal {
		gone := expiring(name.Keys)
		name.Keys = slices.DeleteFunc(slices.Clone(name.Keys), func(key string) bool { return slices.Contains(gone, key) })
		batch.Puts = []kv.Put{put(nameKey, name)}
		batch.Deletes = gone
	} else {
		batch.Deletes = record.Keys
		if name.ID == record.ID {
			batch.Deletes = append(slices.Clone(record.Keys), nameKey)
		}
	}
	return p.remove(batch)
}

// expiring are those of an account's records that are kept until its claim
// would have expired.
func expiring(keys []string) []string {
	return slices.DeleteFunc(slices.Clone(keys), func(key string) bool {
		return !strings.HasPrefix(key, tokenPrefix) && !strings.HasPrefix(key, pendingPrefix)
	})
}

// remove commits, unless another changed the records meanwhile: then they are
// looked at again by the next run.
func (p *purger) remove(batch kv.Batch) *Error {
	failed, fault := p.host.Commit(batch)
	switch {
	case fault == nil && len(failed) == 0:
		p.answer.Removed++
	case fault != nil && !isUndecided(fault):
		return outside("commit", fault)
	}
	return nil
}

// counters removes those that no longer count: all before the current ones.
func (p *purger) counters(prefix, current string) *Error {
	if p.left == 0 {
		return nil
	}
	entries, fault := p.host.Scan(prefix, "", p.left)
	if fault != nil {
		return outside("scan", fault)
	}
	for _, entry := range entries {
		if entry.Key >= current {
			return nil
		}
		p.left--
		batch := kv.Batch{Checks: []kv.Check{{Key: entry.Key, Version: entry.Version}}, Deletes: []string{entry.Key}}
		if err := p.remove(batch); err != nil {
			return err
		}
	}
	p.answer.More = p.answer.More || p.left == 0
	return nil
}

// answers removes those kept for repetitions whose time is over. They are in no
// order of time, so that each run goes on where the last one ended.
func (p *purger) answers(after string) *Error {
	if p.left == 0 {
		p.answer.Cursor = after
		return nil
	}
	entries, fault := p.host.Scan(idemPrefix, after, p.left)
	if fault != nil {
		return outside("scan", fault)
	}
	for _, entry := range entries {
		record, err := decode[idemRecord](entry.Key, entry.Value)
		if err != nil {
			p.damage.skip(err)
			continue
		}
		if record.Expires > p.now {
			continue
		}
		batch := kv.Batch{Checks: []kv.Check{{Key: entry.Key, Version: entry.Version}}, Deletes: []string{entry.Key}}
		if err := p.remove(batch); err != nil {
			return err
		}
	}
	if len(entries) == p.left {
		p.answer.More = true
		p.answer.Cursor = entries[len(entries)-1].Key
	}
	return nil
}
