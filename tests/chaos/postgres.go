//go:build linux

package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/postgres"
	"github.com/enrol-sso/enrol/tests/postgres/pgserver"
)

// pair is a primary of PostgreSQL and its synchronous standby.
type pair struct {
	dir     string
	servers [2]*pgserver.Server
	primary int       // which of the servers
	ways    [][2]*way // of each host, to each server
	copies  int
}

const database = "chaos"

func startPostgres(dir string, hosts int) (cluster, error) {
	first, err := pgserver.Start(dir, []string{"wal_level=replica", "max_wal_senders=4"})
	if err != nil {
		return nil, err
	}
	p := &pair{dir: dir}
	p.servers[0] = first
	if err := p.execute("postgres", "CREATE DATABASE "+database); err != nil {
		p.stop()
		return nil, err
	}
	if err := p.addStandby(); err != nil {
		p.stop()
		return nil, err
	}
	for range hosts {
		var ways [2]*way
		for i, s := range p.servers {
			if ways[i], err = newWay(addressOf(s)); err != nil {
				p.stop()
				return nil, err
			}
		}
		p.ways = append(p.ways, ways)
	}
	return p, nil
}

func addressOf(s *pgserver.Server) string { return fmt.Sprintf("127.0.0.1:%d", s.Port) }

// url implements cluster. The host must find out which server is the primary.
func (p *pair) url(host int) string {
	w := p.ways[host]
	return (&url.URL{Scheme: "postgres", User: url.User("enrol"), Host: w[1].address() + "," + w[0].address(),
		Path: database, RawQuery: "connect_timeout=5"}).String()
}

func (p *pair) direct() string { return p.servers[p.primary].URL(database) }

func (p *pair) open(ctx context.Context) (kv.Store, error) {
	return postgres.Open(ctx, p.direct(), postgres.Options{})
}

func (p *pair) faults() []fault {
	var all []*way
	for _, ways := range p.ways {
		all = append(all, ways[:]...)
	}
	return []fault{
		cuts(all),
		{"primaries killed", 15 * time.Second, 30 * time.Second, p.failOver},
	}
}

// failOver kills the primary, promotes the standby, and makes another one.
func (p *pair) failOver(*rand.Rand) error {
	dead := p.servers[p.primary]
	dead.Stop() // its processes end at once, as in a crash
	next := 1 - p.primary
	if err := pgserver.Run("pg_ctl", "promote", "-D", p.servers[next].Data, "-w", "-s"); err != nil {
		return err
	}
	p.primary = next
	if err := os.RemoveAll(dead.Data); err != nil {
		return err
	}
	if err := p.addStandby(); err != nil {
		return err
	}
	for _, ways := range p.ways {
		if err := ways[1-next].lead(addressOf(p.servers[1-next])); err != nil {
			return err
		}
	}
	return nil
}

// addStandby copies the primary, and lets each commit wait for the copy.
func (p *pair) addStandby() error {
	p.copies++
	copied, err := pgserver.Folder(p.dir, fmt.Sprint("copy", p.copies))
	if err != nil {
		return err
	}
	source := p.servers[p.primary]
	if err := pgserver.Run("pg_basebackup", "-h", "127.0.0.1", "-p", fmt.Sprint(source.Port), "-U", "enrol", "-D", copied, "-R", "--checkpoint=fast", "--no-sync"); err != nil {
		return err
	}
	if err := waitForNobody(copied); err != nil {
		return err
	}
	p.servers[1-p.primary], err = pgserver.StartIn(copied, []string{"hot_standby=on", "cluster_name=standby", "max_wal_senders=4"})
	if err != nil {
		return err
	}
	for _, statement := range []string{"ALTER SYSTEM SET synchronous_standby_names = 'standby'", "SELECT pg_reload_conf()"} {
		if err := p.execute("postgres", statement); err != nil {
			return err
		}
	}
	return p.waitForStandby()
}

// waitForNobody lets a copy wait for no standby of its own when it is promoted.
func waitForNobody(data string) error {
	file, err := os.OpenFile(filepath.Join(data, "postgresql.auto.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if _, err := file.WriteString("synchronous_standby_names = ''\n"); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}

// waitForStandby waits until no commit can be acknowledged that the standby does
// not have.
func (p *pair) waitForStandby() error {
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		var synchronous int
		err := p.query("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'", &synchronous)
		if err != nil {
			return err
		}
		if synchronous == 1 {
			return nil
		}
	}
	return fmt.Errorf("the standby is not synchronous after a minute")
}

func (p *pair) execute(in, statement string) error {
	conn, err := pgx.Connect(context.Background(), p.servers[p.primary].URL(in))
	if err != nil {
		return err
	}
	defer conn.Close(context.Background())
	_, err = conn.Exec(context.Background(), statement)
	return err
}

func (p *pair) query(statement string, value any) error {
	conn, err := pgx.Connect(context.Background(), p.servers[p.primary].URL("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(context.Background())
	return conn.QueryRow(context.Background(), statement).Scan(value)
}

func (p *pair) stop() {
	for _, ways := range p.ways {
		for _, w := range ways {
			w.stop()
		}
	}
	for _, s := range p.servers {
		if s != nil {
			s.Stop()
		}
	}
}
