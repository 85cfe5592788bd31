package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/enrol-sso/enrol/kv"
)

// The versions of kv/postgres.sql. A program of before there were two guards
// knows the first alone, and refuses the other.
const (
	advisorySchema     = 1
	serializableSchema = 2
)

func (g guard) schema() int {
	if g == serializable {
		return serializableSchema
	}
	return advisorySchema
}

// prepare checks the server, and creates or checks the tables.
func (s *Store) prepare(ctx context.Context) error {
	bounded, cancel := s.bounded(ctx)
	defer cancel()
	conn, err := s.connection(bounded)
	if err != nil {
		return err
	}
	defer conn.Release()
	for tries := 1; ; tries++ {
		err := s.examine(bounded, conn.Conn())
		switch stateOf(err) {
		case "23505", "42P07", "40001", "40P01": // another program creates the tables
			if tries == s.guard.tries() {
				return fmt.Errorf("kv/postgres: creating the tables: %w", err)
			}
			if err := pause(bounded, tries); err != nil {
				return err
			}
		default:
			return err
		}
	}
}

func (s *Store) examine(ctx context.Context, conn *pgx.Conn) error {
	var server, encoding string
	var made bool
	err := conn.QueryRow(ctx, `
		SELECT version(), current_setting('server_encoding'),
			to_regclass('enrol_schema') IS NOT NULL AND to_regclass('enrol_kv') IS NOT NULL`).Scan(&server, &encoding, &made)
	if err != nil {
		return fmt.Errorf("kv/postgres: %w", err)
	}
	genuine := strings.HasPrefix(server, "PostgreSQL") && !strings.Contains(server, "-YB-")
	if s.guard == advisory && !genuine {
		return fmt.Errorf("kv/postgres: the server is %s, which has no advisory locks: add guard=serializable to the URL", server)
	}
	if encoding != "UTF8" {
		return fmt.Errorf("kv/postgres: the database is in %s: create one WITH ENCODING 'UTF8'", encoding)
	}
	if !made {
		if err := s.create(ctx, conn, genuine); err != nil {
			return err
		}
	}
	if err := s.checkVersion(ctx, conn); err != nil || !genuine {
		return err
	}
	return checkColumns(ctx, conn)
}

// create makes the tables of kv/postgres.sql, one program at a time where there
// are advisory locks.
func (s *Store) create(ctx context.Context, conn *pgx.Conn, genuine bool) error {
	statements := []statement{
		s.settings,
		{sql: fmt.Sprintf("CREATE TABLE IF NOT EXISTS enrol_schema (version integer NOT NULL, guard text NOT NULL DEFAULT '%s')", advisory)},
		{sql: fmt.Sprintf("INSERT INTO enrol_schema (version, guard) SELECT %d, '%s' WHERE NOT EXISTS (SELECT 1 FROM enrol_schema)", s.guard.schema(), s.guard)},
		{sql: `CREATE TABLE IF NOT EXISTS enrol_kv (key text COLLATE "C" PRIMARY KEY, version text NOT NULL, data bytea NOT NULL)`},
	}
	if genuine {
		statements = append([]statement{{sql: "SELECT pg_advisory_xact_lock(7813)"}}, statements...)
	}
	err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		for _, s := range statements {
			if _, err := tx.Exec(ctx, s.sql, s.arguments...); err != nil {
				return err
			}
		}
		return nil
	})
	if stateOf(err) == "42501" { // insufficient_privilege
		return fmt.Errorf("kv/postgres: the database has no tables of Enrol, and the role may not create them: "+
			"have an administrator run kv/postgres.sql and grant SELECT on enrol_schema, and SELECT, INSERT, UPDATE and DELETE on enrol_kv: %w", err)
	}
	if err != nil {
		return fmt.Errorf("kv/postgres: creating the tables: %w", err)
	}
	return nil
}

// checkVersion refuses tables of a newer version, and those of programs with the
// other guard. A table without the column guard is older than the choice.
func (s *Store) checkVersion(ctx context.Context, conn *pgx.Conn) error {
	rows, err := conn.Query(ctx, "SELECT * FROM enrol_schema")
	if err != nil {
		return fmt.Errorf("kv/postgres: reading enrol_schema: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToMap)
	if err != nil {
		return fmt.Errorf("kv/postgres: reading enrol_schema: %w", err)
	}
	if len(found) != 1 {
		return fmt.Errorf("kv/postgres: enrol_schema has %d rows instead of one: %w", len(found), kv.ErrDamaged)
	}
	version := versionIn(found[0]["version"])
	if version < advisorySchema || version > serializableSchema {
		return fmt.Errorf("kv/postgres: the tables have version %d, known up to %d: %w", version, serializableSchema, kv.ErrNewer)
	}
	recorded, ok := found[0]["guard"].(string)
	if !ok {
		recorded = string(advisory)
	}
	if version != int64(guard(recorded).schema()) {
		return fmt.Errorf("kv/postgres: enrol_schema has version %d and guard %q, which do not belong together: %w", version, recorded, kv.ErrDamaged)
	}
	if recorded != string(s.guard) {
		return fmt.Errorf("kv/postgres: the programs on this database use guard=%s, and this one guard=%s: "+
			"use the same in the URL, or another database", recorded, s.guard)
	}
	return nil
}

// versionIn returns the version in a column of any integer type: that of
// CockroachDB's integer has 64 bits. It returns 0 for anything else.
func versionIn(column any) int64 {
	switch version := column.(type) {
	case int16:
		return int64(version)
	case int32:
		return int64(version)
	case int64:
		return version
	}
	return 0
}

// checkColumns refuses a table of another shape: one that sorts by a language
// would lose keys of a scan.
func checkColumns(ctx context.Context, conn *pgx.Conn) error {
	var columns string
	err := conn.QueryRow(ctx, `
		SELECT coalesce(string_agg(a.attname || ' ' || format_type(a.atttypid, NULL)
			|| CASE WHEN a.attname = 'key' THEN ' ' || coalesce(c.collname, '') ELSE '' END, ', ' ORDER BY a.attname), '')
		FROM pg_attribute AS a LEFT JOIN pg_collation AS c ON c.oid = a.attcollation
		WHERE a.attrelid = to_regclass('enrol_kv') AND a.attnum > 0 AND NOT a.attisdropped`).Scan(&columns)
	if err != nil {
		return fmt.Errorf("kv/postgres: %w", err)
	}
	if columns != "data bytea, key text C, version text" {
		return errors.New("kv/postgres: the table enrol_kv is not the one of kv/postgres.sql: its columns are " + columns)
	}
	return nil
}
