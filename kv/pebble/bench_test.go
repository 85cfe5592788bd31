package pebble

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/kv"
)

// BenchmarkCommit measures conditional commits of two keys, as a signup makes
// them, and a variant that holds the locks of the keys until the batch is on
// disk. All writers compete for some keys. The two take turns, so that both see
// the same state of the disk.
func BenchmarkCommit(b *testing.B) {
	const turns = 10
	for _, writers := range []int{1, 64} {
		b.Run(fmt.Sprint(writers), func(b *testing.B) {
			ours, holding := newContender(b, commitOf), newContender(b, commitHoldingLocks)
			for turn := range turns {
				n := b.N*(turn+1)/turns - b.N*turn/turns
				ours.run(b, writers, n)
				holding.run(b, writers, n)
			}
			b.ReportMetric(ours.rate(), "commits/s")
			b.ReportMetric(holding.rate(), "holding-commits/s")
			b.ReportMetric(ours.rate()/holding.rate(), "ratio")
		})
	}
}

type contender struct {
	store  *Store
	commit func(s *Store, batch kv.Batch) error
	done   atomic.Int64
	spent  time.Duration
}

func newContender(b *testing.B, commit func(s *Store, batch kv.Batch) error) *contender {
	s, err := Open(b.TempDir(), Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { closeStore(b, s) })
	return &contender{store: s, commit: commit}
}

func (c *contender) rate() float64 { return float64(c.done.Load()) / c.spent.Seconds() }

// run makes n more commits.
func (c *contender) run(b *testing.B, writers, n int) {
	const hot = 16
	value := strings.Repeat("v", 500)
	var left atomic.Int64
	left.Store(int64(n))
	var running sync.WaitGroup
	begin := time.Now()
	for range writers {
		running.Go(func() {
			for left.Add(-1) >= 0 {
				i := c.done.Add(1)
				key := fmt.Sprintf("user/%09d", i)
				if err := c.commit(c.store, kv.Batch{
					Checks: []kv.Check{{Key: key}},
					Puts:   []kv.Put{{Key: key, Data: value}, {Key: fmt.Sprint("rate/", i%hot), Data: key}},
				}); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	running.Wait()
	c.spent += time.Since(begin)
}

func commitOf(s *Store, batch kv.Batch) error {
	applied, err := s.Commit(context.Background(), batch)
	return right(applied, err)
}

func commitHoldingLocks(s *Store, batch kv.Batch) error {
	applied, _, err := call(context.Background(), s, func() (bool, error) {
		claim := s.stripes.claim(batch)
		claim.lock()
		defer claim.unlock()
		if hold, err := s.check(batch.Checks); err != nil || !hold {
			return false, err
		}
		applied, err := apply(s.db, batch)
		if err != nil {
			return false, err
		}
		return true, applied.sync()
	})
	return right(applied, err)
}

func right(applied bool, err error) error {
	if err == nil && !applied {
		return errors.New("a check failed")
	}
	return err
}
