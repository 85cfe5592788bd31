package fsck

import (
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// BacklogLimit bounds each count of a Backlog, so that the work is bounded too.
const BacklogLimit = 10_000

// backlogPage is how many entries one scan reads.
const backlogPage = 500

// Backlog is what waits in a store. A count of BacklogLimit means that many or more.
type Backlog struct {
	Events  int   // that are not delivered yet
	Oldest  int64 // when the oldest of these events was created, in Unix milliseconds; 0 if there is none
	Dead    int   // events that were given up
	Pending int   // claims that are not confirmed, void ones included
}

// Scan lists a page of a store, as Scan of kv.Store does.
type Scan func(prefix, after string, limit int) ([]kv.Entry, error)

// ReadBacklog counts with scan. An event that cannot be read counts, and has no age. It returns the errors of scan.
func ReadBacklog(scan Scan) (Backlog, error) {
	var b Backlog
	var err error
	if b.Events, err = countOf(scan, record.EventPrefix, func(entry kv.Entry) {
		event, err := record.Decode[record.Event](entry.Key, entry.Value)
		if err == nil && event.Created > 0 && (b.Oldest == 0 || event.Created < b.Oldest) {
			b.Oldest = event.Created
		}
	}); err != nil {
		return Backlog{}, err
	}
	if b.Dead, err = countOf(scan, record.DeadPrefix, nil); err != nil {
		return Backlog{}, err
	}
	b.Pending, err = countOf(scan, record.PendingPrefix, nil)
	return b, err
}

func countOf(scan Scan, prefix string, each func(kv.Entry)) (n int, err error) {
	for after := ""; n < BacklogLimit; {
		entries, err := scan(prefix, after, backlogPage)
		if err != nil {
			return n, err
		}
		for _, entry := range entries {
			n++
			if each != nil {
				each(entry)
			}
		}
		if len(entries) < backlogPage {
			break
		}
		after = entries[len(entries)-1].Key
	}
	return n, nil
}
