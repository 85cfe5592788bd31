package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/enrol-sso/enrol/kv"
)

// readTries is how many connections a read may find lost.
const readTries = 3

// Get implements kv.Store.
func (s *Store) Get(ctx context.Context, keys []string) ([]kv.Value, error) {
	if s.closed.Load() {
		return nil, errClosed
	}
	if err := kv.CheckKeys(keys); err != nil {
		return nil, err
	}
	entries, err := s.read(ctx, statement{
		sql:       "SELECT key, version, data FROM enrol_kv WHERE key = ANY($1)",
		arguments: []any{append([]string{}, keys...)}, // not nil, which would be NULL
	})
	if err != nil {
		return nil, err
	}
	found := make(map[string]kv.Value, len(entries))
	for _, entry := range entries {
		found[entry.Key] = entry.Value
	}
	values := make([]kv.Value, len(keys))
	for i, key := range keys {
		values[i] = found[key]
	}
	return values, nil
}

// Scan implements kv.Store.
func (s *Store) Scan(ctx context.Context, prefix, after string, limit int) ([]kv.Entry, error) {
	if s.closed.Load() {
		return nil, errClosed
	}
	if err := kv.CheckScan(limit); err != nil {
		return nil, err
	}
	b, some, err := boundsOf(prefix, after)
	if err != nil || !some || limit == 0 {
		return nil, err
	}
	scan := statement{sql: "SELECT key, version, data FROM enrol_kv WHERE key > $1", arguments: []any{b.from, int32(limit)}}
	if b.inclusive {
		scan.sql = "SELECT key, version, data FROM enrol_kv WHERE key >= $1"
	}
	if b.to != "" {
		scan.sql += " AND key < $3"
		scan.arguments = append(scan.arguments, b.to)
	}
	scan.sql += " ORDER BY key LIMIT $2"
	return s.read(ctx, scan)
}

// read returns the rows of a statement, in one round trip: again on another
// connection if one was lost, or if the server aborted it because of others.
func (s *Store) read(ctx context.Context, query statement) ([]kv.Entry, error) {
	bounded, cancel := s.bounded(ctx)
	defer cancel()
	for lost, tries := 0, 1; ; tries++ {
		conn, err := s.connection(bounded)
		if err != nil {
			return nil, err
		}
		var entries []kv.Entry
		at, err := roundTrip(bounded, conn.Conn(), s.around(query), func(_ int, rows pgx.Rows) error {
			for rows.Next() {
				switch len(rows.FieldDescriptions()) {
				case 1:
					var standby bool
					if err := rows.Scan(&standby); err != nil {
						return err
					}
					if standby {
						return errStandby
					}
				case 3:
					var entry kv.Entry
					var data []byte
					if err := rows.Scan(&entry.Key, &entry.Version, &data); err != nil {
						return err
					}
					entry.Data = string(data)
					entries = append(entries, entry)
				}
			}
			return nil
		})
		s.release(conn, err)
		_, answered := answerOf(err)
		switch {
		case err == nil:
			return entries, nil
		case isBrokenOff(err) && tries < s.guard.tries():
			if err := pause(bounded, tries); err != nil {
				return nil, err
			}
		case isBrokenOff(err):
			return nil, conflict(err)
		case !errors.Is(err, errStandby) && (!answered || isEnd(err)) && lost < readTries && bounded.Err() == nil:
			lost++
		default:
			return nil, s.explained(err, at, "")
		}
	}
}

// around returns the statements of a read. All are from one snapshot, that of
// the query. A standby may have old values, which the first statement refuses
// or reports: a pooler may lead there at any time.
func (s *Store) around(query statement) []statement {
	if s.guard == serializable {
		return []statement{{sql: "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY"}, query, {sql: "COMMIT"}}
	}
	return []statement{{sql: "SELECT pg_is_in_recovery()"}, query}
}
