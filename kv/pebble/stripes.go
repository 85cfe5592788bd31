package pebble

import (
	"hash/maphash"
	"sync"
	"sync/atomic"

	"github.com/enrol-sso/enrol/kv"
)

// stripeCount is how many locks the keys share. Keys that share one by chance
// wait for each other only while a batch goes into memory, never for a sync.
const stripeCount = 256

type stripes struct {
	seed maphash.Seed
	all  [stripeCount]stripe
}

// stripe guards the keys whose hash selects it.
type stripe struct {
	sync.RWMutex
	latest atomic.Uint64 // ticket of the last commit that changed one of the keys
}

func newStripes() *stripes {
	return &stripes{seed: maphash.MakeSeed()}
}

func (s *stripes) of(key string) int {
	return int(maphash.String(s.seed, key) % stripeCount)
}

// seen returns the ticket that an answer about the keys must wait for. Call it
// after reading: a commit marks its stripes before it is visible.
func (s *stripes) seen(keys []string) (ticket uint64) {
	for _, key := range keys {
		ticket = max(ticket, s.all[s.of(key)].latest.Load())
	}
	return ticket
}

// claim is the set of locks of one commit.
type claim struct {
	stripes *stripes
	use     [stripeCount]use
}

type use uint8

const (
	unused  use = iota
	checked     // locked shared
	changed     // locked for this commit alone
)

func (s *stripes) claim(batch kv.Batch) *claim {
	c := &claim{stripes: s}
	for _, check := range batch.Checks {
		c.use[s.of(check.Key)] = checked
	}
	for _, put := range batch.Puts {
		c.use[s.of(put.Key)] = changed
	}
	for _, key := range batch.Deletes {
		c.use[s.of(key)] = changed
	}
	return c
}

// lock takes all locks in the order of the stripes, which is the same for all
// commits, so that they cannot deadlock.
func (c *claim) lock() {
	for i, use := range c.use {
		switch use {
		case checked:
			c.stripes.all[i].RLock()
		case changed:
			c.stripes.all[i].Lock()
		}
	}
}

func (c *claim) unlock() {
	for i, use := range c.use {
		switch use {
		case checked:
			c.stripes.all[i].RUnlock()
		case changed:
			c.stripes.all[i].Unlock()
		}
	}
}

// mark sets the ticket that readers of the changed keys must wait for.
func (c *claim) mark(ticket uint64) {
	for i, use := range c.use {
		if use == changed {
			c.stripes.all[i].latest.Store(ticket)
		}
	}
}
