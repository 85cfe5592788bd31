//go:build postgres

package postgres_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/enrol-sso/enrol/kv/postgres"
	"github.com/enrol-sso/enrol/tests/postgres/pgserver"
)

// startPgBouncer starts one in transaction mode, with fewer connections to the
// server than stores have to it. It returns its URL of a database.
func startPgBouncer(t *testing.T, port int) func(database string) string {
	t.Helper()
	dir := temporary(t)
	home, err := pgserver.Folder(dir, "pgbouncer")
	if err != nil {
		t.Fatal(err)
	}
	own := pgserver.FreePort()
	users, conf := filepath.Join(home, "users"), filepath.Join(home, "pgbouncer.ini")
	for path, text := range map[string]string{
		users: `"enrol" ""` + "\n",
		conf: fmt.Sprintf(`[databases]
* = host=127.0.0.1 port=%d
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %d
unix_socket_dir =
auth_type = trust
auth_file = %s
pool_mode = transaction
default_pool_size = 4
`, port, own, users),
	} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p, err := pgserver.Launch("pgbouncer", "--quiet", conf)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.End(syscall.SIGTERM) })
	url := func(database string) string { return fmt.Sprintf("postgres://enrol@127.0.0.1:%d/%s", own, database) }
	wait(t, "PgBouncer answers", func() bool {
		conn, err := pgx.Connect(t.Context(), url("postgres"))
		return err == nil && conn.Close(t.Context()) == nil
	})
	return url
}

func TestPgBouncerInTransactionModeMayStandBetween(t *testing.T) {
	url := startPgBouncer(t, shared.Port)
	for _, guard := range guards {
		t.Run(guard, func(t *testing.T) {
			t.Parallel()
			holdsTheContract(t, func(database string) string { return with(url(database), guard) })
		})
	}
}

// PgBouncer answers for a server that it lost, in the middle of a commit or
// after it: nobody knows.
func TestAServerThatPgBouncerLostLeavesACommitUnknown(t *testing.T) {
	t.Parallel()
	way := startProxy(t, shared.Port)
	url := startPgBouncer(t, way.port())
	database, _ := shared.database(t)
	store := open(t, url(database), postgres.Options{})
	mustPut(t, store, "a", "before")
	way.lose(cut{text: "COMMIT\x00", done: "COMMIT\x00", after: true})
	if applied, err := put(t, store, "a", "after"); outcome(applied, err) != "unknown" {
		t.Errorf("commit: got (%v, %v), want ErrUnknown", applied, err)
	}
	wait(t, "PgBouncer has another connection", func() bool {
		values, err := store.Get(context.Background(), []string{"a"})
		return err == nil && values[0].Data == "after"
	})
}
