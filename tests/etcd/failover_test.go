//go:build etcd

package etcd_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/etcd"
	"github.com/enrol-sso/enrol/tests/etcd/cluster"
)

// load is what writers of keys of their own were told.
type load struct {
	stores []kv.Store

	mu           sync.Mutex
	acknowledged []string
	unknown      int
	refused      []string // nobody else writes the keys: the store applied a commit twice
}

// run writes until the context ends.
func (l *load) run(ctx context.Context, worker int) {
	store := l.stores[worker%len(l.stores)]
	for i := 0; ctx.Err() == nil; i++ {
		key := fmt.Sprintf("%d/%d", worker, i)
		applied, err := store.Commit(context.Background(), kv.Batch{
			Checks: []kv.Check{{Key: key}}, Puts: []kv.Put{{Key: key, Data: key}}})
		result := outcome(applied, err)
		l.mu.Lock()
		switch result {
		case "applied":
			l.acknowledged = append(l.acknowledged, key)
		case "unknown":
			l.unknown++
		case "refused":
			l.refused = append(l.refused, key)
		}
		l.mu.Unlock()
		if result == "failure" {
			time.Sleep(10 * time.Millisecond)
		}
	}
}

func (l *load) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.acknowledged)
}

// more waits until more commits are acknowledged.
func (l *load) more(t *testing.T, when string) {
	t.Helper()
	before := l.count()
	wait(t, "commits are acknowledged "+when, func() bool { return l.count() > before+100 })
}

// Leaders die and hang in the middle of commits, and then a majority: what was
// acknowledged is there, and the stores go on by themselves.
func TestNothingAcknowledgedIsLostWithALeader(t *testing.T) {
	t.Parallel()
	c := start(t, cluster.Options{})
	l := &load{}
	for range 2 {
		l.stores = append(l.stores, open(t, c.URL("p"), etcd.Options{}))
	}
	ctx, stop := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	for worker := range 8 {
		writers.Go(func() { l.run(ctx, worker) })
	}
	defer func() {
		stop()
		writers.Wait()
	}()
	leader := func() *cluster.Member {
		t.Helper()
		m, err := c.Leader(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	restart := func(m *cluster.Member) {
		t.Helper()
		if err := m.Start(); err != nil {
			t.Fatal(err)
		}
		wait(t, m.Name+" is healthy again", m.Healthy)
	}
	l.more(t, "at first")

	killed := leader()
	killed.Kill()
	l.more(t, "by those who are left")
	restart(killed)
	l.more(t, "by all three")

	hanging := leader()
	if err := hanging.Pause(); err != nil {
		t.Fatal(err)
	}
	l.more(t, "while a leader hangs")
	if err := hanging.Resume(); err != nil {
		t.Fatal(err)
	}
	wait(t, hanging.Name+" follows the other leader", hanging.Healthy)
	l.more(t, "after it hung")

	c.Members[0].Kill()
	c.Members[1].Kill()
	restart(c.Members[0])
	l.more(t, "by a majority")
	c.Stop()
	for _, m := range c.Members {
		if err := m.Start(); err != nil {
			t.Fatal(err)
		}
	}
	l.more(t, "after all members ended")
	stop()
	writers.Wait()

	lost := 0
	for _, key := range l.acknowledged {
		values, err := l.stores[0].Get(t.Context(), []string{key})
		if err != nil {
			t.Fatal(err)
		}
		if values[0].Data != key {
			lost++
		}
	}
	if lost > 0 || len(l.refused) > 0 {
		t.Errorf("%d of %d acknowledged commits are lost, and %d were refused by what they had written themselves", lost, len(l.acknowledged), len(l.refused))
	}
	t.Logf("%d acknowledged, %d unknown, %d lost", len(l.acknowledged), l.unknown, lost)
}
