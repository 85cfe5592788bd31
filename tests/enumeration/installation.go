package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/kv/pebble"
	"github.com/enrol-sso/enrol/signup"
)

// conf is the default configuration, which discloses nothing, with messages to
// a function and without approval. A cheap password hash is added: the less
// time it takes, the more visible is a difference.
const conf = `
[main]
email_service=mailer
[apps]
signup_allowed=CRM
login_allowed=CRM
[signup]
is_approval_needed=False
callback_service_list=%s
`

// cheap is the cheapest argon2id that there can be, quick is PBKDF2 with next to
// no work. Its salts and hashes have the usual length, and are longer.
const (
	cheap = "[password]\nmin_complexity=0\n[enrol]\nargon2_memory=8192\nargon2_iterations=1\n"
	quick = "[password]\nmin_complexity=0\n[hash_secret]\nrounds=1000\n[enrol]\npassword_hash=pbkdf2-sha512\n"
)

// costlier replaces the costs of a hash by greater ones.
var costlier = strings.NewReplacer("argon2_iterations=1", "argon2_iterations=2", "rounds=1000", "rounds=5000")

// installation is a place on disk and a secret key.
type installation struct {
	dir    string
	key    signup.Secret
	module []byte
}

func place(dir string, s settings) (*installation, error) {
	module, err := os.ReadFile(s.module)
	if err != nil {
		return nil, fmt.Errorf("%w: run make wasm first", err)
	}
	return &installation{dir: dir, key: host.NewSecretKey(), module: module}, nil
}

// open opens the store and starts an engine on it. It returns a function that
// releases both.
func (in *installation) open(options host.Options) (*host.Enrol, func() error, error) {
	store, err := pebble.Open(filepath.Join(in.dir, "data"), pebble.Options{})
	if err != nil {
		return nil, nil, err
	}
	audit, err := host.OpenAuditFile(filepath.Join(in.dir, "audit.jsonl"), host.AuditFileOptions{})
	if err != nil {
		return nil, nil, errors.Join(err, store.Close())
	}
	options.SecretKey, options.Store, options.Audit = in.key, store, audit
	options.Module = in.module
	enrol, err := host.New(context.Background(), options)
	if err != nil {
		return nil, nil, errors.Join(err, audit.Close(), store.Close())
	}
	release := func() error {
		return errors.Join(enrol.Close(context.Background()), audit.Close(), store.Close())
	}
	return enrol, release, nil
}

// server serves signups on loopback.
type server struct {
	url  string
	http *http.Server
	done chan struct{} // closed when the listener is
	free func() error
}

// serve serves like enrol serve.
func (in *installation) serve(s settings) (*server, error) {
	accept := func(context.Context, signup.ServiceCall) (string, error) { return "", nil }
	callback := ""
	if s.callbacks {
		callback = "created"
	}
	logger := slog.New(slog.NewTextHandler(os.Stderr, nil))
	enrol, release, err := in.open(host.Options{
		Conf:     fmt.Sprintf(conf, callback) + s.hash() + s.operation.conf,
		Services: map[string]host.Service{"mailer": accept, "created": accept},
		Native:   s.native,
		Logger:   logger,
	})
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(err, release())
	}
	handler := httpapi.New(enrol, httpapi.Options{Logger: logger})
	srv := &server{
		url:  "http://" + listener.Addr().String(),
		http: httpapi.NewServer(handler, logger),
		done: make(chan struct{}),
		free: release,
	}
	go func() {
		defer close(srv.done)
		srv.http.Serve(httpapi.Limit(listener))
	}()
	return srv, nil
}

// close ends the server. Only the first call does anything.
func (s *server) close() error {
	if s.free == nil {
		return nil
	}
	free := s.free
	s.free = nil
	err := s.http.Close()
	<-s.done
	return errors.Join(err, free())
}
