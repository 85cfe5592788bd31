//go:build postgres

package postgres_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/postgres"
)

// outcome names what a commit returned.
func outcome(applied bool, err error) string {
	switch {
	case errors.Is(err, kv.ErrUnknown):
		return "unknown"
	case errors.Is(err, kv.ErrConflict):
		return "conflict"
	case err != nil:
		return "failure"
	case applied:
		return "applied"
	}
	return "refused"
}

// during makes the first inserts of an empty table run a statement: at once, or
// when they commit.
func during(statement string, times int, committing bool) string {
	trigger := "CREATE TRIGGER disturb BEFORE INSERT ON enrol_kv"
	if committing {
		trigger = "CREATE CONSTRAINT TRIGGER disturb AFTER INSERT ON enrol_kv DEFERRABLE INITIALLY DEFERRED"
	}
	return fmt.Sprintf(`
		CREATE SEQUENCE disturbances;
		CREATE FUNCTION disturb() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			IF nextval('disturbances') <= %d THEN %s; END IF;
			RETURN NEW;
		END $$;
		%s FOR EACH ROW EXECUTE FUNCTION disturb()`, times, statement, trigger)
}

func raise(state string) string { return fmt.Sprintf("RAISE 'disturbed' USING ERRCODE = '%s'", state) }

// What the server answers, and what the contract then says.
func TestEachAnswerOfTheServerHasItsOutcome(t *testing.T) {
	const (
		terminate = "PERFORM pg_terminate_backend(pg_backend_pid())"
		always    = 1 << 30
	)
	for _, test := range []struct {
		name       string
		statement  string
		times      int
		committing bool
		want       map[string]string // by guard
	}{
		{"serialization failures that end", raise("40001"), 4, false, both("applied")},
		{"serialization failures at COMMIT that end", raise("40001"), 4, true, both("applied")},
		{"deadlocks that end", raise("40P01"), 4, false, both("applied")},
		{"serialization failures without end", raise("40001"), always, false, both("conflict")},
		{"serialization failures at COMMIT without end", raise("40001"), always, true, both("conflict")},
		{"deadlocks without end", raise("40P01"), always, false, both("conflict")},
		{"an administrator ends the connection", terminate, always, false, both("failure")},
		{"an administrator ends the connection at COMMIT", terminate, always, true, both("unknown")},
		{"the server becomes read-only", raise("25006"), always, false, both("failure")},
		{"the server is canceled", raise("57014"), always, false, both("failure")},
		{"the disk is full", raise("53100"), always, false, both("failure")},
		{"the disk is full at COMMIT", raise("53100"), always, true, both("unknown")},
	} {
		for _, guard := range guards {
			t.Run(guard+" "+test.name, func(t *testing.T) {
				t.Parallel()
				database, sql := shared.database(t)
				store := open(t, with(shared.URL(database), guard), postgres.Options{})
				sql(during(test.statement, test.times, test.committing))
				applied, err := put(t, store, "a", "1")
				if got := outcome(applied, err); got != test.want[guard] {
					t.Fatalf("got %s (%v), want %s", got, err, test.want[guard])
				}
				stored := ""
				if applied {
					stored = "1"
				}
				mustHold(t, store, "a", stored)
				sql("DROP FUNCTION disturb CASCADE")
				mustPut(t, store, "a", "2")
			})
		}
	}
}

func both(outcome string) map[string]string {
	return map[string]string{guards[0]: outcome, guards[1]: outcome}
}

func TestAnAnswerThatTheServerIsReadOnlySaysWhereTheURLMustLead(t *testing.T) {
	t.Parallel()
	database, sql := shared.database(t)
	store := open(t, shared.URL(database), postgres.Options{})
	sql(during(raise("25006"), 1, false))
	if _, err := put(t, store, "a", "1"); err == nil || !strings.Contains(err.Error(), "must lead to the primary") {
		t.Errorf("got %v", err)
	}
	mustPut(t, store, "a", "1")
}

// A default of the database does not make it a standby.
func TestADatabaseThatIsReadOnlyByDefaultIsWritten(t *testing.T) {
	t.Parallel()
	database, sql := shared.database(t)
	sql("CREATE TABLE enrol_schema (version integer NOT NULL); INSERT INTO enrol_schema VALUES (1);" +
		`CREATE TABLE enrol_kv (key text COLLATE "C" PRIMARY KEY, version text NOT NULL, data bytea NOT NULL)`)
	sql("ALTER DATABASE " + database + " SET default_transaction_read_only = on")
	mustPut(t, open(t, shared.URL(database), postgres.Options{}), "a", "1")
}

func TestACommitThatWaitsTooLongForOthersIsAConflict(t *testing.T) {
	t.Parallel()
	database, _ := shared.database(t)
	store := open(t, shared.URL(database), postgres.Options{LockTimeout: 200 * time.Millisecond})
	mustPut(t, store, "a", "1")
	unblock := block(t, database, blockKey)
	applied, err := put(t, store, "a", "2")
	if outcome(applied, err) != "conflict" || !strings.Contains(err.Error(), "more than 200ms") {
		t.Errorf("got (%v, %v), want ErrConflict", applied, err)
	}
	applied, err = store.Commit(t.Context(), kv.Batch{Checks: []kv.Check{{Key: "a", Version: "another"}}})
	if outcome(applied, err) != "refused" {
		t.Errorf("a check waits for a check: (%v, %v)", applied, err)
	}
	unblock()
	mustPut(t, store, "a", "2")
}

func TestATableThatSomethingElseLockedIsAFailure(t *testing.T) {
	for _, test := range []struct {
		name    string
		options postgres.Options
		want    string
	}{
		{"for the time of a lock", postgres.Options{LockTimeout: 200 * time.Millisecond}, "enrol_kv"},
		{"for the time of a statement", postgres.Options{StatementTimeout: 5 * time.Second, LockTimeout: patience}, "57014"},
	} {
		for _, guard := range guards {
			t.Run(guard+" "+test.name, func(t *testing.T) {
				t.Parallel()
				database, _ := shared.database(t)
				mustPut(t, open(t, with(shared.URL(database), guard), postgres.Options{}), "a", "1")
				unblock := block(t, database, blockTable)
				store := open(t, with(shared.URL(database), guard), test.options)
				applied, err := put(t, store, "a", "2")
				unblock()
				if got := outcome(applied, err); got != "failure" || !strings.Contains(fmt.Sprint(err), test.want) {
					t.Errorf("got %s (%v), want a failure", got, err)
				}
			})
		}
	}
}

// An administrator may stop the server's wait for a standby: the commit is there,
// and a failover would undo it.
func TestACommitThatNoStandbyHasIsUnknown(t *testing.T) {
	t.Parallel()
	s, err := startServer(temporary(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	database, sql := s.database(t)
	second, _ := s.database(t)
	conn := s.connect(t, "postgres")
	stores := []kv.Store{
		open(t, with(s.URL(database), guards[0]), postgres.Options{StatementTimeout: patience}),
		open(t, with(s.URL(second), guards[1]), postgres.Options{StatementTimeout: patience}),
	}
	sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'") // every transaction waits from now on
	sql("SELECT pg_reload_conf()")
	for i, guard := range guards {
		store := stores[i]
		done := make(chan struct{})
		go func() {
			defer close(done)
			for key := 0; ; key++ { // until the processes of the server have the setting
				applied, err := put(t, store, fmt.Sprint(key), "1")
				if err == nil && applied {
					continue
				}
				if outcome(applied, err) != "unknown" || !strings.Contains(err.Error(), "standbys") {
					t.Errorf("%s: got (%v, %v), want ErrUnknown", guard, applied, err)
				}
				return
			}
		}()
		wait(t, "a commit that waits for a standby is canceled", func() bool {
			var canceled int
			err := conn.QueryRow(t.Context(), "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep'").Scan(&canceled)
			return err == nil && canceled > 0
		})
		<-done
	}
}

func TestACommitIsDurableBeforeAnybodySeesIt(t *testing.T) {
	for _, guard := range guards {
		t.Run(guard, func(t *testing.T) {
			t.Parallel()
			database, sql := shared.database(t)
			sql("ALTER DATABASE " + database + " SET synchronous_commit = off")
			store := open(t, with(shared.URL(database), guard), postgres.Options{})
			sql(`CREATE TABLE seen (setting text);
				CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
					INSERT INTO seen VALUES (current_setting('synchronous_commit'));
					RETURN NEW;
				END $$;
				CREATE TRIGGER see BEFORE INSERT ON enrol_kv FOR EACH ROW EXECUTE FUNCTION see()`)
			mustPut(t, store, "a", "1")
			var setting string
			if err := shared.connect(t, database).QueryRow(t.Context(), "SELECT setting FROM seen").Scan(&setting); err != nil || setting != "on" {
				t.Errorf("synchronous_commit is %q, %v", setting, err)
			}
		})
	}
}
