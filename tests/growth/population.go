//go:build linux

package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/signuptest"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// population is a file with the records of accounts, from which all stores are
// filled: a line with a header, and a line for each account.
type population struct {
	path string
	header
}

// header is what all accounts have in common.
type header struct {
	Key      string // the secret key of their records
	Accounts int
	Meta     []kv.Put // the records of a store as a whole
}

// populate makes a population in a folder, or takes one that is large enough.
func populate(dir string, accounts int) (*population, error) {
	p := &population{path: filepath.Join(dir, "accounts.jsonl")}
	found, err := p.open()
	if err == nil {
		found.close()
		if p.Accounts >= accounts {
			return p, nil
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	began := time.Now()
	p.header = header{Key: string(host.NewSecretKey()), Accounts: accounts}
	err = p.make()
	fmt.Fprintf(os.Stderr, "growth: the records of %d accounts after %.0f s\n", accounts, time.Since(began).Seconds())
	return p, err
}

// make writes the file.
func (p *population) make() error {
	keys, err := signup.ParseKeys(signup.Secret(p.Key))
	if err != nil {
		return err
	}
	config, _, err := ssoconf.Parse(confBefore)
	if err != nil {
		return err
	}
	maker := maker{engine: signup.New(config, keys), clock: signuptest.NewClock()}
	maker.clock.Set(time.Now().UnixMilli())
	if err := maker.begin(); err != nil {
		return err
	}
	p.Meta = maker.meta
	file, err := os.Create(p.path + ".making")
	if err != nil {
		return err
	}
	defer file.Close()
	out := bufio.NewWriterSize(file, 1<<20)
	if err := json.NewEncoder(out).Encode(p.header); err != nil {
		return err
	}
	if err := maker.lines(p.Accounts, out); err != nil {
		return err
	}
	return errors.Join(out.Flush(), os.Rename(file.Name(), p.path))
}

// maker makes accounts with the core, each in a store in memory, on a host whose
// password hash takes no time.
type maker struct {
	engine *signup.Engine
	clock  *signuptest.Clock
	meta   []kv.Put
}

// begin makes the records of a store as a whole. The first account notes the form
// of its hash there.
func (m *maker) begin() error {
	store := memory.New()
	if err := m.run(store, "open", []byte("{}"), &signup.Response{}); err != nil {
		return err
	}
	if err := m.signUp(store); err != nil {
		return err
	}
	meta, err := store.Scan(context.Background(), "meta/", "", kv.MaxScanLimit)
	m.meta = putsOf(meta)
	return err
}

// lines writes accounts.
func (m *maker) lines(accounts int, out io.Writer) error {
	const workers = 4
	made := make(chan []byte, workers)
	errs := make([]error, workers+1)
	var all sync.WaitGroup
	for worker := range workers {
		all.Go(func() {
			for i := worker; i < accounts && errs[worker] == nil; i += workers {
				var line []byte
				if line, errs[worker] = m.account(); errs[worker] == nil {
					made <- line
				}
			}
		})
	}
	go func() {
		all.Wait()
		close(made)
	}()
	for line := range made {
		if errs[workers] == nil {
			_, errs[workers] = out.Write(append(line, '\n'))
		}
	}
	return errors.Join(errs...)
}

// account makes an account and returns its records in JSON.
func (m *maker) account() ([]byte, error) {
	ctx, store := context.Background(), memory.New()
	if err := write(ctx, store, m.meta); err != nil {
		return nil, err
	}
	if err := m.signUp(store); err != nil {
		return nil, err
	}
	records, err := store.Scan(ctx, "", "", kv.MaxScanLimit)
	if err != nil {
		return nil, err
	}
	return json.Marshal(withoutMeta(putsOf(records)))
}

// signUp signs somebody up and confirms the address.
func (m *maker) signUp(store kv.Store) error {
	request, err := somebody().JSON()
	if err != nil {
		return err
	}
	var claim signup.SignupResponse
	if err := m.run(store, "signup", request, &claim); err != nil {
		return err
	}
	if request, err = (signup.ConfirmRequest{ConfirmToken: claim.ConfirmToken}).JSON(); err != nil {
		return err
	}
	return m.run(store, "confirm", request, &signup.ConfirmResponse{})
}

func (m *maker) run(store kv.Store, operation string, request []byte, answer interface{ OK() bool }) error {
	at := &signuptest.Host{Store: store, Clock: m.clock, Random: rand.Reader}
	text := m.engine.Run(operation, at, request)
	if err := json.Unmarshal(text, answer); err != nil {
		return err
	}
	if !answer.OK() {
		return fmt.Errorf("%s: %s", operation, text)
	}
	return nil
}
