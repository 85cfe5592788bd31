//go:build postgres

package postgres_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/postgres"
)

// A commit is one message. If its connection is lost after that was sent,
// nobody knows what became of it.
func TestALostConnectionLeavesACommitUnknown(t *testing.T) {
	for _, guard := range guards {
		for _, test := range []struct {
			name string
			cut  cut
			want string
		}{
			{"before the server has it", cut{text: "COMMIT\x00"}, "before"},
			{"before its answer", cut{text: "COMMIT\x00", done: "COMMIT\x00", after: true}, "after"},
		} {
			t.Run(guard+" "+test.name, func(t *testing.T) {
				t.Parallel()
				database, _ := shared.database(t)
				way := startProxy(t, shared.Port)
				store := open(t, with(way.url(database), guard), postgres.Options{})
				mustPut(t, store, "a", "before")
				way.lose(test.cut)
				if applied, err := put(t, store, "a", "after"); applied || !errors.Is(err, kv.ErrUnknown) {
					t.Errorf("commit: got (%v, %v), want ErrUnknown", applied, err)
				}
				mustHold(t, store, "a", test.want)
				mustPut(t, store, "b", "later")
			})
		}
	}
}

func TestAReadTriesAgainAfterALostConnection(t *testing.T) {
	t.Parallel()
	database, _ := shared.database(t)
	way := startProxy(t, shared.Port)
	store := open(t, way.url(database), postgres.Options{})
	mustPut(t, store, "a", "1")
	for _, c := range []cut{{text: "enrol_kv"}, {text: "enrol_kv", done: "SELECT", after: true}} {
		way.lose(c)
		mustHold(t, store, "a", "1")
	}
	if n := way.losses(); n != 2 {
		t.Errorf("%d connections were lost, want 2", n)
	}
}

// Servers and firewalls close connections that wait in the pool.
func TestConnectionsThatWereLostWhileIdleAreNotUsed(t *testing.T) {
	t.Parallel()
	database, _ := shared.database(t)
	way := startProxy(t, shared.Port)
	store := open(t, way.url(database), postgres.Options{})
	for range 3 {
		mustPut(t, store, "a", "1")
		way.loseAll()
		mustPut(t, store, "a", "2")
	}
}

func TestAServerThatIsNotThereIsAFailure(t *testing.T) {
	t.Parallel()
	database, _ := shared.database(t)
	way := startProxy(t, shared.Port)
	store := open(t, way.url(database), postgres.Options{})
	way.listener.Close()
	way.loseAll()
	if _, err := put(t, store, "a", "1"); err == nil || errors.Is(err, kv.ErrUnknown) || errors.Is(err, kv.ErrConflict) {
		t.Errorf("commit: got %v, want a failure after which nothing was applied", err)
	}
	if _, err := store.Get(t.Context(), []string{"a"}); err == nil {
		t.Error("get: no error")
	}
}

// block lets commits of a key wait in the server until the returned function is
// called.
func block(t *testing.T, database, statement string) (unblock func()) {
	t.Helper()
	conn := shared.connect(t, database)
	tx, err := conn.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
	return func() {
		t.Helper()
		if err := tx.Rollback(context.Background()); err != nil {
			t.Error(err)
		}
	}
}

const (
	blockKey   = `SELECT pg_advisory_xact_lock_shared(hashtextextended('a' COLLATE "C", 7813))`
	blockTable = "LOCK TABLE enrol_kv IN SHARE MODE"
)

// waitForWaiting waits until a commit waits in the server for a key.
func waitForWaiting(t *testing.T, database string) {
	conn, err := pgx.Connect(context.Background(), shared.URL(database))
	if err != nil {
		t.Error(err)
		return
	}
	defer conn.Close(context.Background())
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		var waiting int
		err := conn.QueryRow(context.Background(), "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory' "+
			"AND database = (SELECT oid FROM pg_database WHERE datname = current_database())").Scan(&waiting)
		if err != nil || waiting > 0 {
			return
		}
	}
	t.Error("no commit waits")
}

func TestAContextThatEndsLeavesARunningCommitUnknown(t *testing.T) {
	t.Parallel()
	database, _ := shared.database(t)
	store := open(t, shared.URL(database), postgres.Options{})
	mustPut(t, store, "a", "1")
	unblock := block(t, database, blockKey)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer cancel()
		waitForWaiting(t, database)
	}()
	applied, err := store.Commit(ctx, kv.Batch{Puts: []kv.Put{{Key: "a", Data: "2"}}})
	if applied || !errors.Is(err, kv.ErrUnknown) {
		t.Errorf("commit: got (%v, %v), want ErrUnknown", applied, err)
	}
	unblock()
	mustPut(t, store, "a", "3") // after the other one, or instead of it
	mustHold(t, store, "a", "3")
}

func TestWithoutAFreeConnectionNothingIsApplied(t *testing.T) {
	t.Parallel()
	database, _ := shared.database(t)
	store := open(t, with(shared.URL(database), "pool_max_conns=1"), postgres.Options{})
	mustPut(t, store, "a", "1")
	unblock := block(t, database, blockKey)
	first := make(chan error)
	go func() {
		_, err := store.Commit(context.Background(), kv.Batch{Puts: []kv.Put{{Key: "a", Data: "2"}}})
		first <- err
	}()
	waitForWaiting(t, database)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err := store.Commit(ctx, kv.Batch{Puts: []kv.Put{{Key: "b", Data: "1"}}})
	if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, kv.ErrUnknown) || errors.Is(err, kv.ErrConflict) {
		t.Errorf("commit without a connection: got %v, want the end of the context", err)
	}
	unblock()
	if err := <-first; err != nil {
		t.Error(err)
	}
	mustHold(t, store, "a", "2")
	mustHold(t, store, "b", "")
}

func TestCloseDoesNotWaitForThoseWithoutAConnection(t *testing.T) {
	t.Parallel()
	database, _ := shared.database(t)
	store := open(t, with(shared.URL(database), "pool_max_conns=1"), postgres.Options{})
	mustPut(t, store, "a", "1")
	unblock := block(t, database, blockKey)
	results := make(chan error)
	for range 3 { // one of them has the connection
		go func() {
			_, err := store.Commit(context.Background(), kv.Batch{Puts: []kv.Put{{Key: "a", Data: "2"}}})
			results <- err
		}()
	}
	waitForWaiting(t, database)
	closed := make(chan error)
	go func() { closed <- store.Close() }()
	for range 2 {
		if err := <-results; !errors.Is(err, kv.ErrClosed) {
			t.Errorf("a commit without a connection: got %v, want ErrClosed", err)
		}
	}
	unblock()
	if err := <-results; err != nil {
		t.Errorf("the commit that ran: %v", err)
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
}
