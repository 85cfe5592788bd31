//go:build linux

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/tests/chaos/ledger"
)

// site is the hosts, on one store and with one key.
type site struct {
	dir      string
	command  string
	native   bool
	key      signup.Secret
	superKey string
	cluster  cluster
	conf     string // the path of the sso.conf
	hosts    []*host
}

// startWithin is how long a host may take to serve.
const startWithin = 2 * time.Minute

// start starts the hosts at once, on an empty store. The last one runs another
// command, whose clock is ahead.
func (s *site) start(ahead, conf string) (err error) {
	if s.conf, err = confIn(s.dir, conf); err != nil {
		return err
	}
	for n := range hostCount {
		command := s.command
		if n == hostCount-1 {
			command = ahead
		}
		dir := filepath.Join(s.dir, fmt.Sprint("host", n))
		arguments := []string{"--data", filepath.Join(dir, "data"), "--conf", s.conf}
		if s.native {
			arguments = append(arguments, "--native")
		}
		h, err := newHost(dir, command, arguments, s.environment(s.cluster.url(n)))
		if err != nil {
			return err
		}
		s.hosts = append(s.hosts, h)
		if err := h.start(); err != nil {
			return err
		}
	}
	return s.ready()
}

func (s *site) environment(store string) []string {
	return []string{"ENROL_STORE=" + store, "ENROL_SECRET_KEY=" + string(s.key), "ENROL_SUPER_API_KEY=" + s.superKey}
}

// ready waits until all hosts serve.
func (s *site) ready() error {
	for _, h := range s.hosts {
		if err := h.ready(startWithin); err != nil {
			return err
		}
	}
	return nil
}

// kill ends the hosts that still run.
func (s *site) kill() {
	for _, h := range s.hosts {
		_ = h.kill()
	}
}

// settleWithin is how long the hosts may take to deliver what is left after some
// sign-ups. Events whose dispatcher was killed wait for the end of its lease, and
// many sign-ups may leave many events.
func settleWithin(signups int64) time.Duration {
	return 4*time.Minute + time.Duration(signups)*10*time.Millisecond
}

// settle waits until no event is left, but no longer than within, and stops the hosts. It returns what was
// wrong with them.
func (s *site) settle(within time.Duration) (problems []string, err error) {
	if err := s.ready(); err != nil {
		return []string{err.Error()}, nil
	}
	store, err := s.cluster.open(context.Background())
	if err != nil {
		return nil, err
	}
	defer store.Close()
	left := -1
	for end := time.Now().Add(within); left != 0 && time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		if left, err = count(store, "event/"); err != nil {
			return nil, err
		}
	}
	if left > 0 {
		problems = append(problems, fmt.Sprintf("%d events or more are not delivered after %v", left, within))
	}
	dead, err := count(store, "dead/")
	if err != nil {
		return nil, err
	}
	if dead > 0 {
		problems = append(problems, fmt.Sprintf("%d events or more are dead letters", dead))
	}
	for _, h := range s.hosts {
		if err := h.stop(); err != nil {
			problems = append(problems, err.Error())
		}
	}
	return problems, nil
}

// count returns how many keys have a prefix, at most a page of them.
func count(store kv.Store, prefix string) (int, error) {
	entries, err := store.Scan(context.Background(), prefix, "", kv.MaxScanLimit)
	return len(entries), err
}

// run runs the command on the store, and returns what it printed.
func (s *site) run(stdin string, arguments ...string) (stdout string, code int, err error) {
	c := exec.Command(s.command, append(arguments, "--data", filepath.Join(s.dir, "host0", "data"))...)
	c.Env = append(os.Environ(), s.environment(s.cluster.direct())...)
	c.Stdin = strings.NewReader(stdin)
	var out, said bytes.Buffer
	c.Stdout, c.Stderr = &out, &said
	err = c.Run()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() == 1 {
		return out.String(), 1, nil // the answer is no
	}
	if err != nil {
		return "", 0, fmt.Errorf("enrol %s: %w: %s", arguments[0], err, said.String())
	}
	return out.String(), 0, nil
}

// read returns what is stored under names.
func (s *site) read(names []string) (map[string]*ledger.Stored, error) {
	var requests bytes.Buffer
	for _, name := range names {
		fmt.Fprintf(&requests, "{\"username\":%q}\n", name)
	}
	out, _, err := s.run(requests.String(), "get", "--native", "--conf", s.conf)
	if err != nil {
		return nil, err
	}
	stored := map[string]*ledger.Stored{}
	lines := bufio.NewScanner(strings.NewReader(out))
	lines.Buffer(nil, 1<<20)
	read := 0
	for ; lines.Scan(); read++ {
		var got struct {
			Status    string
			SubStatus []signup.Code `json:"sub_status"`
			User      struct {
				UserID         string `json:"user_id"`
				Username       string
				Email          string
				SignUpStatus   string `json:"sign_up_status"`
				ApprovalStatus string `json:"approval_status"`
			}
		}
		if err := json.Unmarshal(lines.Bytes(), &got); err != nil {
			return nil, err
		}
		switch {
		case got.Status == signup.StatusOK:
			u := got.User
			stored[u.Username] = &ledger.Stored{UserID: u.UserID, Email: u.Email, Final: u.SignUpStatus == "final", Approved: u.ApprovalStatus == "approved"}
		case len(got.SubStatus) != 1 || got.SubStatus[0] != signup.UserIDInvalid:
			return nil, fmt.Errorf("enrol get: %s", lines.Text())
		}
	}
	if read != len(names) {
		return nil, fmt.Errorf("enrol get: %d answers to %d requests", read, len(names))
	}
	return stored, lines.Err()
}

// fsck returns what enrol fsck finds.
func (s *site) fsck() (problems []string, err error) {
	out, code, err := s.run("", "fsck")
	if err != nil || code == 0 {
		return nil, err
	}
	return strings.Split(strings.TrimSpace(out), "\n"), nil
}
