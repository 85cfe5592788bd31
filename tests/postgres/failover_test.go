//go:build postgres

package postgres_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/postgres"
	"github.com/enrol-sso/enrol/tests/postgres/pgserver"
)

// A primary dies in the middle of commits, and its synchronous standby takes
// over: what was acknowledged is there, and the stores go on by themselves.
func TestNothingAcknowledgedIsLostInAFailover(t *testing.T) {
	t.Parallel()
	dir := temporary(t)
	primary, err := startServer(dir, []string{"wal_level=replica", "max_wal_senders=4"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(primary.Stop)
	database, sql := primary.database(t)
	copied, err := pgserver.Folder(dir, "standby")
	if err != nil {
		t.Fatal(err)
	}
	if err := pgserver.Run("pg_basebackup", "-h", "127.0.0.1", "-p", fmt.Sprint(primary.Port), "-U", "enrol", "-D", copied, "-R", "--checkpoint=fast", "--no-sync"); err != nil {
		t.Fatal(err)
	}
	standby, err := startIn(copied, []string{"hot_standby=on", "cluster_name=standby"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(standby.Stop)
	sql("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
	sql("SELECT pg_reload_conf()")
	watcher := primary.connect(t, database)
	wait(t, "the standby is synchronous", func() bool {
		var synchronous int
		err := watcher.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'").Scan(&synchronous)
		return err == nil && synchronous == 1
	})

	// The standby comes first, so that the stores must find the primary.
	hosts := fmt.Sprintf("postgres://enrol@127.0.0.1:%d,127.0.0.1:%d/%s?connect_timeout=5", standby.Port, primary.Port, database)
	var stores []kv.Store
	for range 2 {
		stores = append(stores, open(t, hosts, postgres.Options{}))
	}
	var (
		mu           sync.Mutex
		acknowledged []string
		unknown      int
	)
	count := func() int {
		mu.Lock()
		defer mu.Unlock()
		return len(acknowledged)
	}
	ctx, stop := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	for worker := range 8 {
		writers.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				key := fmt.Sprintf("%d/%d", worker, i)
				applied, err := stores[worker%len(stores)].Commit(context.Background(), kv.Batch{
					Checks: []kv.Check{{Key: key}}, Puts: []kv.Put{{Key: key, Data: key}}})
				mu.Lock()
				switch outcome(applied, err) {
				case "applied":
					acknowledged = append(acknowledged, key)
				case "unknown":
					unknown++
				case "failure":
					mu.Unlock()
					time.Sleep(10 * time.Millisecond) // no server
					mu.Lock()
				default:
					t.Errorf("commit of a key that nobody else writes: got (%v, %v)", applied, err)
				}
				mu.Unlock()
			}
		})
	}
	wait(t, "commits are acknowledged", func() bool { return count() > 100 })
	primary.Process.End(syscall.SIGQUIT) // as in a crash
	if err := pgserver.Run("pg_ctl", "promote", "-D", copied, "-w", "-s"); err != nil {
		t.Error(err)
	}
	before := count()
	wait(t, "commits are acknowledged by the other server", func() bool { return count() > before+100 })
	stop()
	writers.Wait()

	lost := 0
	for _, key := range acknowledged {
		values, err := stores[0].Get(t.Context(), []string{key})
		if err != nil {
			t.Fatal(err)
		}
		if values[0].Data != key {
			lost++
		}
	}
	if lost > 0 {
		t.Errorf("%d of %d acknowledged commits are lost, %d were unknown", lost, len(acknowledged), unknown)
	}
	t.Logf("%d acknowledged, %d unknown, %d lost", len(acknowledged), unknown, lost)
}

func TestAStandbyIsRefused(t *testing.T) {
	t.Parallel()
	dir := temporary(t)
	s, err := startServer(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	database, _ := s.database(t)
	open(t, s.URL(database), postgres.Options{}).Close()
	s.Stop()
	signal := filepath.Join(s.Data, "standby.signal")
	if err := os.WriteFile(signal, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := pgserver.Own(signal); err != nil {
		t.Fatal(err)
	}
	standby, err := startIn(s.Data, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(standby.Stop)
	if store, err := postgres.Open(t.Context(), standby.URL(database), postgres.Options{}); err == nil {
		store.Close()
		t.Error("a standby was opened")
	}
}
