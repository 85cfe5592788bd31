//go:build linux

package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	crand "crypto/rand"

	enrol "github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/tests/chaos/ledger"
)

// run is one run, with its flags.
type run struct {
	store   string
	lasts   time.Duration
	signups int
	seed    uint64
	clients int
	command string
	native  bool
	keep    bool
}

// hostCount is how many hosts share the store. The clock of the last is ahead.
const hostCount = 3

// conf hashes as cheaply as possible, tells every code, and sends as many
// messages as there are.
const conf = `[main]
email_service=mailer
[hash_secret]
rounds=1000
salt_size=16
[password]
min_complexity=0
[apps]
signup_allowed=CRM
[signup]
is_approval_needed=True
callback_service_list=crm
inform_if_user_exists=True
inform_if_email_exists=True
[enrol]
password_hash=pbkdf2-sha512
buckets=16
message_daily_cap=0
message_cooldown=0
resend_cooldown=0
[enrol_services]
crm=http://%[1]s/callback
mailer=http://%[1]s/message
`

// do makes a run. It returns whether everything was as it must be, and an error
// if the run itself did not work.
func (r *run) do(ctx context.Context) (ok bool, err error) {
	dir, err := os.MkdirTemp("", "enrol-chaos-")
	if err != nil {
		return false, err
	}
	defer func() {
		if r.keep || !ok {
			fmt.Println("the logs are in", dir)
			return
		}
		_ = os.RemoveAll(dir)
	}()
	fmt.Printf("chaos on %s, seed %d\n", r.store, r.seed)
	ahead, err := buildAhead(dir)
	if err != nil {
		return false, err
	}
	cluster, err := stores[r.store](dir, hostCount)
	if err != nil {
		return false, err
	}
	defer cluster.stop()
	book := ledger.New()
	called, stopServices, err := listen(services(book.Events))
	if err != nil {
		return false, err
	}
	defer stopServices()
	site := &site{dir: dir, command: r.command, native: r.native, key: enrol.NewSecretKey(), superKey: token(), cluster: cluster}
	if err := site.start(ahead, fmt.Sprintf(conf, called)); err != nil {
		return false, err
	}
	defer site.kill()
	front, stopFront, err := listen(newBalancer(site.hosts))
	if err != nil {
		return false, err
	}
	defer stopFront()

	work := &load{ledger: book, caller: newCaller("http://"+front, site.superKey)}
	began := time.Now()
	counts, err := r.underFire(ctx, work, append(cluster.faults(), kills(site.hosts)))
	took := time.Since(began)
	if err != nil {
		return false, err
	}
	fmt.Printf("faults: %s; the clock of one host is %v ahead\n", strings.Join(counts, ", "), aheadBy)
	problems, err := site.settle(settleWithin(work.acknowledged.Load()))
	if err != nil {
		return false, err
	}
	stored, err := site.read(book.Names())
	if err != nil {
		return false, err
	}
	found, err := site.fsck()
	if err != nil {
		return false, err
	}
	problems = append(append(problems, found...), work.caller.unexpected...)
	verdict := book.Check(stored)
	r.print(book, verdict, problems, took)
	return verdict.OK() && len(problems) == 0, nil
}

// underFire lets clients work while faults go on.
func (r *run) underFire(ctx context.Context, work *load, faults []fault) (counts []string, err error) {
	limit := r.lasts
	if r.signups > 0 {
		limit = 24 * time.Hour
	}
	ctx, stop := context.WithTimeout(ctx, limit)
	defer stop()
	if r.signups > 0 {
		go r.watch(ctx, work, stop)
	}
	var clients sync.WaitGroup
	for n := range r.clients {
		clients.Go(func() { work.run(ctx, r.random(uint64(n))) })
	}
	counts, err = r.faults(ctx, faults)
	stop()
	clients.Wait() // their last requests find healthy servers
	return counts, err
}

// watch ends the load when enough sign-ups are acknowledged, and prints how far it
// is.
func (r *run) watch(ctx context.Context, work *load, enough func()) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if int(work.acknowledged.Load()) >= r.signups {
			enough()
			return
		}
		if n%60 == 59 {
			fmt.Printf("%d of %d sign-ups are acknowledged\n", work.acknowledged.Load(), r.signups)
		}
	}
}

func (r *run) print(book *ledger.Ledger, verdict *ledger.Verdict, problems []string, took time.Duration) {
	tallies := book.Tallies()
	fmt.Printf("%-12s %12s %12s %12s\n", "", "acknowledged", "refused", "unknown")
	for _, line := range []struct {
		what  string
		tally ledger.Tally
	}{
		{"sign-ups", tallies.Signups}, {"confirms", tallies.Confirms}, {"resends", tallies.Resends},
		{"approvals", tallies.Approvals}, {"rejections", tallies.Rejections},
	} {
		fmt.Printf("%-12s %12d %12d %12d\n", line.what, line.tally.Acknowledged, line.tally.Refused, line.tally.Unknown)
	}
	calls, events := book.Events.Count()
	things, operations := book.History.Count()
	fmt.Printf("%d events in %d calls; %d operations on %d contested names and addresses\n", events, calls, operations, things)
	for _, list := range [][]string{verdict.Lost, verdict.Doubled, verdict.Wrong, problems} {
		for _, text := range list[:min(len(list), 20)] {
			fmt.Println("  ", text)
		}
	}
	fmt.Printf("lost: %d, doubled: %d, not linearizable: %d, other problems: %d, in %v\n",
		len(verdict.Lost), len(verdict.Doubled), len(verdict.Wrong), len(problems), took.Round(time.Second))
}

func newCaller(base, superKey string) *caller {
	return &caller{base: base, key: superKey, client: http.Client{
		Timeout:   40 * time.Second,
		Transport: &http.Transport{MaxIdleConnsPerHost: 256},
	}}
}

// token returns a key of a super-user.
func token() string {
	var random [32]byte
	_, _ = crand.Read(random[:])
	return hex.EncodeToString(random[:])
}

// listen serves on a port of its own.
func listen(handler http.Handler) (address string, stop func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: handler}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			fmt.Fprintln(os.Stderr, "chaos:", err)
		}
	}()
	return listener.Addr().String(), func() { _ = server.Close() }, nil
}

// confIn writes the sso.conf.
func confIn(dir, text string) (path string, err error) {
	path = filepath.Join(dir, "sso.conf")
	return path, os.WriteFile(path, []byte(text), 0o600)
}
