package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/kv/pebble"
	"github.com/enrol-sso/enrol/kv/private"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// installation is an engine with its data, open for use.
type installation struct {
	enrol *host.Enrol
	audit *host.AuditFile
	store store
	mails *mails
	where storePlace
}

// purpose is why an installation is opened.
type purpose struct {
	existing bool // refuse a directory without data
	deliver  bool // deliver to callback services meanwhile
	dry      bool // make no data

	audit      host.AuditFileOptions
	metrics    prometheus.Registerer // nil for none
	hashMemory int64                 // as in host.Options
	hashWait   time.Duration         // how long a password may wait to be hashed; 0 is no limit
}

// openInstallation opens the store, and creates a data directory if there is none.
// The key of a new one is on disk before anything else.
func openInstallation(c *console, k *conf, at place, why purpose, logger *slog.Logger) (_ *installation, err error) {
	source := keySourceOf(c, at.keyFile, at.data)
	key, err := source.read()
	if err != nil {
		return nil, err
	}
	where, err := at.storePlace(c)
	if err != nil {
		return nil, err
	}
	if why.existing && !where.exists() {
		return nil, mistake("there is no data directory %s: name another one with --data, or start with enrol serve or enrol signup", where)
	}
	in := &installation{where: where, mails: &mails{folder: at.data + ".mail"}}
	if why.deliver {
		if err := in.mails.use(c, k, logger); err != nil {
			return nil, err
		}
	}
	defer func() {
		if err != nil {
			in.release()
		}
	}()
	blank := why.dry && where.isBlank()
	if blank {
		in.store, key = noData{memory.New()}, host.NewSecretKey()
	} else if in.store, err = where.open(logger); err != nil {
		return nil, err
	}
	if key == "" {
		if key, err = firstKey(in.store, source, where, why); err != nil {
			return nil, err
		}
		fmt.Fprintf(c.stderr, "enrol: the secret key is new, in %s: keep a copy of it, without it the data cannot be read\n", source)
	}
	audit := host.NewAuditLog(slog.DiscardHandler)
	if !blank {
		if in.audit, err = openAudit(at.auditFile(), why.audit, key, in.store, logger); err != nil {
			return nil, err
		}
		audit = in.audit
	}
	services := map[string]host.Service{ssoconf.SMTPService: in.mails.send}
	if !why.deliver {
		services = k.uncalled()
	}
	options := host.Options{
		Services:  services,
		Conf:      k.given,
		SecretKey: key,
		Store:     in.store,
		Audit:     audit,
		Native:    at.native,
		Module:    at.module,
		Logger:    logger,

		Metrics:    why.metrics,
		HashMemory: why.hashMemory,
		HashWait:   why.hashWait,
	}
	if why.hashWait == 0 {
		options.HashWait = -1 // a batch waits instead of refusing lines
	}
	if !why.deliver {
		options.DispatchInterval = -1
	}
	if in.enrol, err = host.New(context.Background(), options); err != nil {
		return nil, explainStart(where, source, err)
	}
	return in, nil
}

// openAudit opens the audit file.
func openAudit(path string, options host.AuditFileOptions, key signup.Secret, store kv.Store, logger *slog.Logger) (*host.AuditFile, error) {
	options.SecretKey, options.Store, options.Logger = key, store, logger
	file, err := host.OpenAuditFile(path, options)
	switch {
	case errors.Is(err, private.ErrNotPrivate):
		return nil, mistake("%w", err)
	case errors.Is(err, host.ErrAuditStream):
		return nil, mistake("%w: leave out --audit-max-bytes and --audit-max-age, or choose a file with --audit", err)
	case wrongPath(err):
		return nil, mistake("%w: choose a file in a directory that exists with --audit", err)
	case err != nil:
		return nil, fmt.Errorf("%w: let this user write there, or choose another file with --audit", err)
	}
	return file, nil
}

// firstKey creates the key of a store that is still empty.
func firstKey(store store, source keySource, where storePlace, why purpose) (signup.Secret, error) {
	if why.existing {
		empty, err := store.Empty(context.Background())
		if err != nil {
			return "", where.explain(err)
		}
		if empty {
			return "", mistake("there is no account in %s yet: %s, or start with enrol serve or enrol signup", where, where.another())
		}
	}
	key, _, err := host.KeyFile(context.Background(), source.path, store)
	if errors.Is(err, host.ErrNoKeyFile) {
		return "", missingKey(source, where)
	}
	if wrongPath(err) {
		return "", mistake("%w: choose a file in a directory that exists with --key-file", err)
	}
	return key, err
}

// missingKey refuses data whose key is not there.
func missingKey(source keySource, where storePlace) error {
	return mistake("the key file %s is missing, and %s is sealed with that key: restore the file, name it with --key-file, or put the key into %s",
		source, where, secretKeyVariable)
}

// wrongPath reports whether an error is about a path that no file can have: that
// of a directory, or one below a file or a directory that does not exist.
func wrongPath(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) || errors.Is(err, syscall.EISDIR)
}

// ready reports whether users can sign up.
func (in *installation) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return in.enrol.Ready(ctx)
}

// close closes the engine, waiting for running operations until the context
// ends, and then everything that it uses, the store last.
func (in *installation) close(ctx context.Context) error {
	return errors.Join(in.enrol.Close(ctx), in.release())
}

// release closes the audit trail and the store if they are open.
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

// explainStore adds to an error why the data directory cannot be used, and what
// to do.
func explainStore(data string, err error) error {
	switch {
	case errors.Is(err, kv.ErrInUse):
		return fmt.Errorf("the data directory %s is in use by another process that does not answer commands: wait until it serves or ends, end it, or choose another directory with --data", data)
	case errors.Is(err, kv.ErrNewer):
		return fmt.Errorf("the data directory %s was written by a newer version of enrol: %w", data, err)
	case errors.Is(err, kv.ErrDamaged):
		return fmt.Errorf("the data directory %s is damaged: %w", data, err)
	case errors.Is(err, private.ErrNotPrivate):
		return mistake("the data directory %s cannot be used: %w", data, err)
	case errors.Is(err, pebble.ErrNoPlace):
		return mistake("the data directory %s cannot be used: choose another one with --data (%w)", data, err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("the data directory %s cannot be used: let this user write there, or choose another one with --data (%w)", data, err)
	}
	return fmt.Errorf("the data directory %s cannot be used: choose another one with --data, or remove the cause (%w)", data, err)
}

// explainStart adds to an error why the engine does not start on an open store.
func explainStart(where storePlace, source keySource, err error) error {
	if errors.Is(err, signup.ErrWrongKey) {
		return wrongKey(source, where, errors.Unwrap(err))
	}
	fault, ok := errors.AsType[*signup.Error](err)
	if !ok {
		return fmt.Errorf("the engine does not start: %w: if that happens again, reinstall enrol", err)
	}
	reason := fault.Detail()
	if strings.HasPrefix(reason, "now: ") {
		return fmt.Errorf("the clock of this machine is wrong: %s: set it", strings.TrimPrefix(reason, "now: "))
	}
	return fmt.Errorf("the data in %s cannot be used: %s", where, reason)
}

// wrongKey refuses a key that is not the store's.
func wrongKey(source keySource, where storePlace, err error) error {
	return mistake("%s is not the key that %s was sealed with: %w", source, where, err)
}
