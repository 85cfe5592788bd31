package signup

import (
	"strings"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/fault"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// counters removes the counters after one key and before another. They no
// longer count.
func (p *purger) counters(prefix, after, before string) *Error {
	if p.left == 0 {
		return nil
	}
	entries, failure := p.host.Scan(prefix, after, p.left)
	if failure != nil {
		return fault.Outside("scan", failure)
	}
	for _, entry := range entries {
		if entry.Key >= before {
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

// unordered removes expired records from lists that are not ordered by time:
// counts of wrong passwords, and answers kept for repetitions. Each run
// continues where the last one ended.
func (p *purger) unordered(after string) *Error {
	for _, list := range []string{record.GuessPrefix, record.IdemPrefix} {
		if after > list && !strings.HasPrefix(after, list) { // already read
			continue
		}
		if p.left == 0 {
			p.answer.Cursor, p.answer.More = after, true
			return nil
		}
		if err := p.unorderedList(list, after); err != nil || p.answer.Cursor != "" {
			return err
		}
	}
	return nil
}

// isOver reports whether such a record has expired.
func (p *purger) isOver(list string, entry kv.Entry) (bool, *Error) {
	if list == record.GuessPrefix {
		stored, err := record.Decode[record.Guesses](entry.Key, entry.Value)
		return err == nil && isExpired(stored, p.now), err
	}
	stored, err := record.Decode[record.Idempotency](entry.Key, entry.Value)
	return err == nil && isOver(stored.Expires, maxKept, p.now), err
}

func (p *purger) unorderedList(list, after string) *Error {
	entries, failure := p.host.Scan(list, after, p.left)
	if failure != nil {
		return fault.Outside("scan", failure)
	}
	for _, entry := range entries {
		over, err := p.isOver(list, entry)
		if err != nil {
			p.damage.skip(err)
			continue
		}
		if !over {
			continue
		}
		batch := kv.Batch{Checks: []kv.Check{{Key: entry.Key, Version: entry.Version}}, Deletes: []string{entry.Key}}
		if err := p.remove(batch); err != nil {
			return err
		}
	}
	p.left -= len(entries)
	if p.left == 0 {
		p.answer.More = true
		p.answer.Cursor = entries[len(entries)-1].Key
	}
	return nil
}

// maxKept is the longest time for which an answer is kept for repetitions, in
// milliseconds: the greatest enrol.idempotency_hours.
const maxKept = 720 * hourMS
