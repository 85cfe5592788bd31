package postgres

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/enrol-sso/enrol/kv"
)

// maxConnections is how many connections a pool may have if the URL has no
// pool_max_conns.
const maxConnections = 16

// Open connects to a database and creates or checks its tables.
//
// The url is postgres://USER@HOST:PORT/DATABASE, with several HOST:PORT after
// commas if one of them may become the primary. Its parameters are those of
// libpq, such as sslmode=verify-full, sslrootcert and connect_timeout, and those
// of pgxpool, such as pool_max_conns, which is 16 if absent. The password may be
// in the URL, in PGPASSWORD or in a password file. One parameter is our own:
// guard=serializable is for servers that speak PostgreSQL's protocol but have no
// advisory locks, and guard=advisory, the default, for PostgreSQL.
//
// The error matches kv.ErrURL if the URL is wrong, or a file that it names, and
// kv.ErrNewer if a newer version of the software made the tables. It is another one
// for a database that cannot meet the contract: one
// that is not in UTF8, a standby, other tables of the same name, or a database
// in which programs with the other guard work.
func Open(ctx context.Context, url string, options Options) (*Store, error) {
	guard, url, err := takeGuard(url)
	var config *pgxpool.Config
	if err == nil {
		config, err = configOf(url)
	}
	if err != nil {
		return nil, fmt.Errorf("kv/postgres: %w: %w", kv.ErrURL, err)
	}
	if options.LockTimeout == 0 {
		options.LockTimeout = 5 * time.Second
	}
	if options.StatementTimeout == 0 {
		options.StatementTimeout = 10 * time.Second
	}
	for _, timeout := range []time.Duration{options.LockTimeout, options.StatementTimeout} {
		if timeout < time.Millisecond || timeout > 24*time.Hour {
			return nil, errors.New("kv/postgres: a timeout of the options is not between 1 ms and 24 h")
		}
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("kv/postgres: %w", err)
	}
	s := &Store{
		pool:     pool,
		guard:    guard,
		settings: settingsOf(options),
		lockFor:  options.LockTimeout,
		callFor:  2 * options.StatementTimeout,
	}
	s.ended, s.end = context.WithCancel(context.Background())
	if err := s.prepare(ctx); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

// configOf reads a URL. Errors do not repeat it, because of the password.
func configOf(url string) (*pgxpool.Config, error) {
	if !strings.HasPrefix(url, "postgres://") && !strings.HasPrefix(url, "postgresql://") {
		return nil, errors.New("it does not begin with postgres://")
	}
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		var file *fs.PathError
		if errors.As(err, &file) {
			return nil, fmt.Errorf("a file that it names: %w", file)
		}
		return nil, errors.New("write postgres://USER@HOST:PORT/DATABASE?PARAMETER=VALUE, " +
			"with special characters as %XX, and only values that libpq knows")
	}
	if !strings.Contains(url, "pool_max_conns=") {
		config.MaxConns = maxConnections
	}
	config.ShouldPing = looksLost
	connect := config.ConnConfig
	connect.DefaultQueryExecMode = pgx.QueryExecModeExec // unnamed statements, in one round trip
	connect.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsPrimary
	connect.OnNotice = noteUnreplicated
	connect.RuntimeParams["client_encoding"] = "UTF8" // whatever the role or the server has set
	if connect.RuntimeParams["application_name"] == "" {
		connect.RuntimeParams["application_name"] = "enrol"
	}
	return config, nil
}

// looksLost reports whether the other side has closed an idle connection, or sent
// something that nobody asked for. Looking costs no round trip, and spares a
// commit an unknown outcome. If it looks lost, the pool pings it, and replaces it
// if it is.
func looksLost(_ context.Context, idle pgxpool.ShouldPingParams) bool {
	return readable(idle.Conn.PgConn().Conn())
}

// settingsOf returns the statement that bounds a transaction, and makes it
// durable before anybody sees its changes, whatever the server's default is.
func settingsOf(options Options) statement {
	milliseconds := func(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
	return statement{
		sql: `
			SELECT set_config('lock_timeout', $1, true), set_config('statement_timeout', $2, true),
				set_config('idle_in_transaction_session_timeout', $2, true),
				set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on'
					ELSE current_setting('synchronous_commit') END, true)`,
		arguments: []any{milliseconds(options.LockTimeout), milliseconds(options.StatementTimeout)},
	}
}
