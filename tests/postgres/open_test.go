//go:build postgres

package postgres_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/postgres"
)

func TestManyMayOpenAnEmptyDatabaseAtOnce(t *testing.T) {
	for _, guard := range guards {
		t.Run(guard, func(t *testing.T) {
			t.Parallel()
			database, _ := shared.database(t)
			var opening sync.WaitGroup
			for i := range 8 {
				opening.Go(func() {
					store, err := postgres.Open(t.Context(), with(shared.URL(database), guard, "pool_max_conns=2"), postgres.Options{})
					if err != nil {
						t.Error(err)
						return
					}
					if applied, err := put(t, store, fmt.Sprint(i), "1"); err != nil || !applied {
						t.Errorf("commit: got (%v, %v)", applied, err)
					}
					if err := store.Close(); err != nil {
						t.Error(err)
					}
				})
			}
			opening.Wait()
			var rows int
			if err := shared.connect(t, database).QueryRow(t.Context(), "SELECT count(*) FROM enrol_schema").Scan(&rows); err != nil || rows != 1 {
				t.Errorf("enrol_schema has %d rows, %v", rows, err)
			}
		})
	}
}

// Two guards on one database would protect nobody from anybody.
func TestAHostWithTheOtherGuardIsRefused(t *testing.T) {
	t.Parallel()
	for i, guard := range guards {
		database, _ := shared.database(t)
		first := open(t, with(shared.URL(database), guard), postgres.Options{})
		mustPut(t, first, "a", "1")
		_, err := postgres.Open(t.Context(), with(shared.URL(database), guards[1-i]), postgres.Options{})
		if err == nil || !strings.Contains(err.Error(), "use "+guard) {
			t.Errorf("%s after %s: got %v", guards[1-i], guard, err)
		}
		mustHold(t, open(t, with(shared.URL(database), guard), postgres.Options{}), "a", "1")
	}
}

// describe returns the columns and indexes of the tables in a database.
func describe(t *testing.T, conn *pgx.Conn) string {
	t.Helper()
	var all string
	if err := conn.QueryRow(t.Context(), `
		SELECT string_agg(concat_ws(' ', table_name, column_name, data_type, collation_name, is_nullable, column_default,
			(SELECT string_agg(indexdef, ';') FROM pg_indexes WHERE tablename = table_name)), E'\n' ORDER BY table_name, ordinal_position)
		FROM information_schema.columns WHERE table_name LIKE 'enrol%'`).Scan(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

func script(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../kv/postgres.sql")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheScriptForAdministratorsMakesTheSameTables(t *testing.T) {
	t.Parallel()
	made, _ := shared.database(t)
	open(t, shared.URL(made), postgres.Options{})
	scripted, sql := shared.database(t)
	sql(script(t))
	if a, b := describe(t, shared.connect(t, made)), describe(t, shared.connect(t, scripted)); a != b {
		t.Errorf("the store makes\n%s\nand the script\n%s", a, b)
	}
	mustPut(t, open(t, shared.URL(scripted), postgres.Options{}), "a", "1")
}

func TestTablesFromBeforeThereWereTwoGuardsAreOpened(t *testing.T) {
	t.Parallel()
	database, sql := shared.database(t)
	sql(script(t))
	sql("ALTER TABLE enrol_schema DROP COLUMN guard")
	mustPut(t, open(t, shared.URL(database), postgres.Options{}), "a", "1")
	if _, err := postgres.Open(t.Context(), with(shared.URL(database), "guard=serializable"), postgres.Options{}); err == nil {
		t.Error("a host with the other guard was not refused")
	}
}

// CockroachDB's integer has 64 bits, and administrators write tables of their own.
func TestTheVersionMayHaveAnyIntegerType(t *testing.T) {
	t.Parallel()
	for _, guard := range guards {
		for _, integer := range []string{"bigint", "smallint"} {
			database, sql := shared.database(t)
			open(t, with(shared.URL(database), guard), postgres.Options{})
			sql("ALTER TABLE enrol_schema ALTER COLUMN version TYPE " + integer)
			mustPut(t, open(t, with(shared.URL(database), guard), postgres.Options{}), "a", "1")
		}
	}
}

// A role with no right but those that the package documents.
func TestTheLeastPrivilegesSuffice(t *testing.T) {
	t.Parallel()
	for i, guard := range guards {
		database, sql := shared.database(t)
		role := fmt.Sprintf("least%d", i)
		sql("CREATE ROLE " + role + " LOGIN")
		sql("REVOKE ALL ON DATABASE " + database + " FROM PUBLIC; GRANT CONNECT ON DATABASE " + database + " TO " + role)
		sql("REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO " + role)
		url := with(strings.Replace(shared.URL(database), "enrol@", role+"@", 1), guard)
		if _, err := postgres.Open(t.Context(), url, postgres.Options{}); err == nil || !strings.Contains(err.Error(), "run kv/postgres.sql") {
			t.Errorf("without tables: got %v", err)
		}
		open(t, with(shared.URL(database), guard), postgres.Options{}) // as the owner
		sql("GRANT SELECT ON enrol_schema TO " + role)
		sql("GRANT SELECT, INSERT, UPDATE, DELETE ON enrol_kv TO " + role)
		store := open(t, url, postgres.Options{})
		mustPut(t, store, "a", "1")
		mustPut(t, store, "a", "2")
		mustHold(t, store, "a", "2")
		if applied, err := store.Commit(t.Context(), kv.Batch{Deletes: []string{"a"}}); err != nil || !applied {
			t.Errorf("delete: got (%v, %v)", applied, err)
		}
		sql("REVOKE DELETE ON enrol_kv FROM " + role)
		if applied, err := put(t, store, "a", "1"); outcome(applied, err) != "failure" || !strings.Contains(err.Error(), "the role needs") {
			t.Errorf("without DELETE: got (%v, %v)", applied, err)
		}
	}
}

func TestWhatCannotMeetTheContractIsRefused(t *testing.T) {
	tests := []struct {
		name, sql, want string
		is              error
	}{
		{"a newer version", "UPDATE enrol_schema SET version = 3", "version 3, known up to 2", kv.ErrNewer},
		{"a guard that does not belong to the version", "UPDATE enrol_schema SET guard = 'serializable'", "do not belong together", kv.ErrDamaged},
		{"no version", "DELETE FROM enrol_schema", "0 rows", kv.ErrDamaged},
		{"two versions", "INSERT INTO enrol_schema VALUES (1)", "2 rows", kv.ErrDamaged},
		{"keys in another order", "ALTER TABLE enrol_kv ALTER key TYPE text", "key text default", nil},
		{"another table", "DROP TABLE enrol_kv; CREATE TABLE enrol_kv (id integer)", "id integer", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			database, sql := shared.database(t)
			sql(script(t))
			sql(test.sql)
			_, err := postgres.Open(t.Context(), shared.URL(database), postgres.Options{})
			if err == nil || !strings.Contains(err.Error(), test.want) || test.is != nil && !errors.Is(err, test.is) {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
		})
	}
}

func TestADatabaseThatIsNotInUTF8IsRefused(t *testing.T) {
	t.Parallel()
	_, sql := shared.database(t)
	sql("CREATE DATABASE sql_ascii ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0")
	if _, err := postgres.Open(t.Context(), shared.URL("sql_ascii"), postgres.Options{}); err == nil || !strings.Contains(err.Error(), "SQL_ASCII: create one") {
		t.Errorf("got %v", err)
	}
}

// The role may have set another encoding for its clients.
func TestTextIsNotConverted(t *testing.T) {
	t.Parallel()
	database, sql := shared.database(t)
	sql("ALTER DATABASE " + database + " SET client_encoding = 'LATIN1'")
	store := open(t, shared.URL(database), postgres.Options{})
	mustPut(t, store, "ключ", "значение")
	mustHold(t, store, "ключ", "значение")
}
