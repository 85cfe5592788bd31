package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// statement is one statement of a round trip.
type statement struct {
	sql       string
	arguments []any
}

// roundTrip sends statements at once and reads their answers. The function read
// gets the rows of each, in order. The server skips what follows a statement
// that fails: an error is the answer to statement number at, or a lost
// connection while that answer was expected.
func roundTrip(ctx context.Context, conn *pgx.Conn, statements []statement, read func(at int, rows pgx.Rows) error) (at int, err error) {
	var batch pgx.Batch
	for _, s := range statements {
		batch.Queue(s.sql, s.arguments...)
	}
	results := conn.SendBatch(ctx, &batch)
	defer results.Close() // its error comes after the last answer, and ends the connection
	for at := range statements {
		rows, err := results.Query()
		if err == nil {
			err = read(at, rows)
			rows.Close()
			if failure := rows.Err(); failure != nil {
				err = failure
			}
		}
		if err != nil {
			return at, err
		}
	}
	return len(statements), nil
}

// unreplicated is set in the custom data of a connection whose server committed
// without waiting for its synchronous standbys.
const unreplicated = "unreplicated"

// noteUnreplicated sees the warning with which a server acknowledges a commit
// that was canceled while it waited for a standby: a failover would undo it.
func noteUnreplicated(conn *pgconn.PgConn, notice *pgconn.Notice) {
	if notice.Routine == "SyncRepWaitForLSN" {
		conn.CustomData()[unreplicated] = true
	}
}
