package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/pebble"
	"github.com/enrol-sso/enrol/signup"
)

// installation is an engine with its data, open for use.
type installation struct {
	enrol *host.Enrol
	audit *host.AuditFile
	store *pebble.Store
}

// purpose says what an installation is opened for.
type purpose struct {
	existing bool // refuse a directory without data rather than begin there
	deliver  bool // deliver to callback services meanwhile
}

// openInstallation opens the data directory, and begins a new one where there
// is none. The key of a new one is on disk before anything else is.
func openInstallation(c *console, k *conf, at place, why purpose, logger *slog.Logger) (_ *installation, err error) {
	source := keySourceOf(c, at.keyFile, at.data)
	key, err := source.read()
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(at.data); why.existing && errors.Is(err, fs.ErrNotExist) {
		return nil, mistake("there is no data directory %s: name another one with --data, or begin with enrol serve or enrol signup", at.data)
	}
	in := &installation{}
	defer func() {
		if err != nil {
			in.release()
		}
	}()
	if in.store, err = pebble.Open(at.data, pebble.Options{Logger: logger}); err != nil {
		return nil, explainStore(at.data, err)
	}
	if key == "" {
		if key, err = firstKey(in.store, source, at.data, why); err != nil {
			return nil, err
		}
		fmt.Fprintf(c.stderr, "enrol: the secret key is new, in %s: keep a copy of it, without it the data cannot be read\n", source)
	}
	if in.audit, err = host.OpenAuditFile(at.auditFile()); err != nil {
		return nil, fmt.Errorf("%w: make sure that this user may write there, or choose another file with --audit", err)
	}
	options := host.Options{
		Conf:      k.text,
		SecretKey: key,
		Store:     in.store,
		Audit:     in.audit,
		Native:    at.native,
		Module:    at.module,
		Logger:    logger,
	}
	if !why.deliver {
		options.DispatchInterval = -1
	}
	if in.enrol, err = host.New(context.Background(), options); err != nil {
		return nil, explainStart(at.data, source, err)
	}
	return in, nil
}

// firstKey makes the key of a store, if that is still empty.
func firstKey(store *pebble.Store, source keySource, data string, why purpose) (signup.Secret, error) {
	empty, err := store.Empty(context.Background())
	switch {
	case err != nil:
		return "", explainStore(data, err)
	case !empty:
		return "", mistake("the key file %s is missing, and %s is sealed with that key: restore the file, name it with --key-file, or put the key into %s",
			source, data, secretKeyVariable)
	case why.existing:
		return "", mistake("there is no account in %s yet: name another directory with --data, or begin with enrol serve or enrol signup", data)
	}
	return source.create()
}

// ready says whether the store answers.
func (in *installation) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	_, err := in.store.Get(ctx, []string{"meta/format"})
	return err
}

// close ends the engine, waiting for what is under way until the context ends,
// and then everything that it rests on, the store last.
func (in *installation) close(ctx context.Context) error {
	return errors.Join(in.enrol.Close(ctx), in.release())
}

// release closes the audit trail and the store, as far as they are open.
func (in *installation) release() error {
	var errs []error
	if in.audit != nil {
		errs = append(errs, in.audit.Close())
	}
	if in.store != nil {
		errs = append(errs, in.store.Close())
	}
	return errors.Join(errs...)
}

// explainStore says why the data directory cannot be used, and what to do.
func explainStore(data string, err error) error {
	switch {
	case errors.Is(err, kv.ErrInUse):
		return fmt.Errorf("the data directory %s is in use by another process: end that one, or choose another directory with --data", data)
	case errors.Is(err, kv.ErrNewer):
		return fmt.Errorf("the data directory %s was written by a newer version of enrol: %w", data, err)
	case errors.Is(err, kv.ErrDamaged):
		return fmt.Errorf("the data directory %s is damaged: %w", data, err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("the data directory %s cannot be used: let this user write there, or choose another one with --data (%w)", data, err)
	}
	return fmt.Errorf("the data directory %s cannot be used: choose another one with --data, or remove the cause (%w)", data, err)
}

// explainStart says why the engine does not start on an open store.
func explainStart(data string, source keySource, err error) error {
	fault, ok := errors.AsType[*signup.Error](err)
	if !ok {
		return fmt.Errorf("the engine does not start: %w: install enrol anew if that does not pass", err)
	}
	reason := fault.Message
	if fault.Err != nil {
		reason += ": " + fault.Err.Error()
	}
	if strings.Contains(reason, "secret key") {
		return mistake("the secret key of %s does not fit to %s: %s", source, data, reason)
	}
	return fmt.Errorf("the data in %s cannot be used: %s", data, reason)
}
