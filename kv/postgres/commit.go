package postgres

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/enrol-sso/enrol/kv"
)

// lock takes the locks of kv/postgres.sql: exclusive for keys that change,
// shared for keys that are only checked.
const lock = `
	SELECT CASE WHEN l.changes THEN pg_advisory_xact_lock(l.lock) ELSE pg_advisory_xact_lock_shared(l.lock) END
	FROM (
		SELECT hashtextextended(k.key COLLATE "C", 7813) AS lock, bool_or(k.changes) AS changes
		FROM unnest($1::text[], $2::boolean[]) AS k (key, changes)
		GROUP BY 1 ORDER BY 1
	) AS l`

// apply writes if all checks hold, and returns whether they do.
const apply = `
	WITH failed AS (
		SELECT c.key FROM unnest($1::text[], $2::text[]) AS c (key, version)
		LEFT JOIN enrol_kv AS k ON k.key = c.key
		WHERE coalesce(k.version, '') <> c.version
	), puts AS (
		INSERT INTO enrol_kv (key, version, data)
		SELECT p.key, p.version, p.data FROM unnest($3::text[], $4::text[], $5::bytea[]) AS p (key, version, data)
		WHERE NOT EXISTS (SELECT 1 FROM failed)
		ON CONFLICT (key) DO UPDATE SET version = excluded.version, data = excluded.data
	), deletes AS (
		DELETE FROM enrol_kv WHERE key = ANY($6::text[]) AND NOT EXISTS (SELECT 1 FROM failed)
	)
	SELECT NOT EXISTS (SELECT 1 FROM failed) AS applied`

// Commit implements kv.Store. All of it is one message to the server: it begins
// a transaction, takes the locks, compares and writes, and commits. The server
// skips the rest of the message if a statement fails.
func (s *Store) Commit(ctx context.Context, batch kv.Batch) (bool, error) {
	if s.closed.Load() {
		return false, errClosed
	}
	if err := kv.CheckBatch(batch); err != nil {
		return false, err
	}
	bounded, cancel := s.bounded(ctx)
	defer cancel()
	statements := s.transaction(batch)
	for tries := 1; ; tries++ {
		applied, err := s.try(bounded, statements)
		if err == nil || !isBrokenOff(err) {
			return applied, err
		}
		if tries == s.guard.tries() {
			return false, conflict(err)
		}
		if err := pause(bounded, tries); err != nil {
			return false, err
		}
	}
}

// try sends a transaction. It returns an error for which isBrokenOff is true if
// another try may succeed.
func (s *Store) try(ctx context.Context, statements []statement) (applied bool, err error) {
	conn, err := s.connection(ctx)
	if err != nil {
		return false, err
	}
	custom := conn.Conn().PgConn().CustomData()
	delete(custom, unreplicated)
	var tag pgconn.CommandTag
	at, err := roundTrip(ctx, conn.Conn(), statements, func(at int, rows pgx.Rows) error {
		for rows.Next() {
			if statements[at].sql != apply {
				continue
			}
			if err := rows.Scan(&applied); err != nil {
				return err
			}
		}
		rows.Close()
		tag = rows.CommandTag()
		return nil
	})
	noted := custom[unreplicated] != nil
	s.release(conn, err)
	last := len(statements) - 1
	switch {
	case err != nil && isUnknown(err, at == last):
		return false, unknown(err)
	case err != nil:
		return false, s.explained(err, at, statements[at].sql)
	case tag.String() != "COMMIT":
		return false, fmt.Errorf("kv/postgres: the server answered COMMIT with %s, nothing was applied", tag)
	case noted:
		return false, fmt.Errorf("kv/postgres: %w: the server stopped waiting for its synchronous standbys: "+
			"a failover may undo it", kv.ErrUnknown)
	}
	return applied, nil
}

// transaction returns the statements of a commit; the last is COMMIT.
func (s *Store) transaction(batch kv.Batch) []statement {
	checks, versions := make([]string, len(batch.Checks)), make([]string, len(batch.Checks))
	keys, changes := []string{}, []bool{}
	for i, check := range batch.Checks {
		checks[i], versions[i] = check.Key, check.Version
		if !utf8.ValidString(check.Version) || strings.Contains(check.Version, "\x00") {
			versions[i] = "no version" // like that text, which PostgreSQL does not accept
		}
		keys, changes = append(keys, check.Key), append(changes, false)
	}
	puts, hashes, values := make([]string, len(batch.Puts)), make([]string, len(batch.Puts)), make([][]byte, len(batch.Puts))
	for i, put := range batch.Puts {
		puts[i], hashes[i], values[i] = put.Key, kv.Version(put.Data), []byte(put.Data)
		keys, changes = append(keys, put.Key), append(changes, true)
	}
	deletes := append([]string{}, batch.Deletes...) // not nil, which would be NULL
	for _, key := range deletes {
		keys, changes = append(keys, key), append(changes, true)
	}
	write := statement{sql: apply, arguments: []any{checks, versions, puts, hashes, values, deletes}}
	if s.guard == serializable {
		return []statement{{sql: "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE"}, s.settings, write, {sql: "COMMIT"}}
	}
	return []statement{
		{sql: "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"}, s.settings,
		{sql: lock, arguments: []any{keys, changes}},
		write, // a later statement: it sees the writes of earlier holders of the locks
		{sql: "COMMIT"},
	}
}
