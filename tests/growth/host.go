//go:build linux

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/signup"
)

// hostArgument makes this program a host.
const hostArgument = "host"

// start is what a host reads first, from its standard input.
type start struct {
	URL    string
	Dir    string // for its audit file
	Key    string
	Module string
	Native bool
}

// order is what a host reads then, one after another. It does what is set.
type order struct {
	Hash    string // takes this configuration
	SignUps int    // signs up so many people
	Callers int    // at once
}

// reply is what a host answers to start and to each order.
type reply struct {
	Took      []time.Duration // of each sign-up
	Delivered int64           // messages so far
	Error     string
}

// serve is a host. It ends with its standard input.
func serve() error {
	orders, replies := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	var s start
	if err := orders.Decode(&s); err != nil {
		return err
	}
	h, err := open(s)
	if err != nil {
		return errors.Join(err, replies.Encode(reply{Error: err.Error()}))
	}
	for r := (reply{}); ; {
		r.Delivered = h.delivered.Load()
		if err := replies.Encode(r); err != nil {
			return err
		}
		var o order
		if err := orders.Decode(&o); errors.Is(err, io.EOF) {
			return h.close()
		} else if err != nil {
			return err
		}
		r = h.obey(o)
	}
}

// measuredHost is a host with its own audit file and message service.
type measuredHost struct {
	enrol     *host.Enrol
	close     func() error
	delivered atomic.Int64
}

func open(s start) (*measuredHost, error) {
	ctx := context.Background()
	var module []byte
	if !s.Native {
		var err error
		if module, err = os.ReadFile(s.Module); err != nil {
			return nil, fmt.Errorf("%w: run make wasm first", err)
		}
	}
	store, err := openStore(ctx, s.URL)
	if err != nil {
		return nil, err
	}
	audit, err := host.OpenAuditFile(filepath.Join(s.Dir, fmt.Sprintf("audit-%d.jsonl", os.Getpid())), host.AuditFileOptions{})
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	h := &measuredHost{}
	h.enrol, err = host.New(ctx, host.Options{
		Conf: confs["cheap"], SecretKey: signup.Secret(s.Key), Store: store, Audit: audit, Module: module, Native: s.Native, HashWait: -1,
		Services: map[string]host.Service{"mailer": func(context.Context, signup.ServiceCall) (string, error) {
			h.delivered.Add(1)
			return "", nil
		}},
	})
	if err != nil {
		return nil, errors.Join(err, audit.Close(), store.Close())
	}
	h.close = func() error { return errors.Join(h.enrol.Close(ctx), audit.Close(), store.Close()) }
	return h, nil
}

func (h *measuredHost) obey(o order) (r reply) {
	if o.Hash != "" {
		if err := h.enrol.Reload(context.Background(), confs[o.Hash]); err != nil {
			return reply{Error: err.Error()}
		}
	}
	r.Took = make([]time.Duration, o.SignUps)
	errs := make([]error, o.Callers)
	var next atomic.Int64
	var all sync.WaitGroup
	for caller := range o.Callers {
		all.Go(func() {
			for i := next.Add(1); i <= int64(o.SignUps) && errs[caller] == nil; i = next.Add(1) {
				who, began := somebody(), time.Now()
				answer, err := h.enrol.Signup(context.Background(), who)
				r.Took[i-1] = time.Since(began)
				if err == nil && !answer.OK() {
					err = fmt.Errorf("a sign-up was refused: %v", answer.SubStatus)
				}
				errs[caller] = err
			}
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		r.Error = err.Error()
	}
	return r
}
