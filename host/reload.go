package host

import (
	"context"
	"errors"
	"sync"

	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// generation is the core with one sso.conf. It serves until Reload replaces it,
// and then finishes its operations.
type generation struct {
	config  *ssoconf.Config
	notices []ssoconf.Notice
	runner  runner
	running sync.WaitGroup // running operations; grows only while it is the current one
}

// generate makes a generation that is ready to serve: its configuration is
// valid, its services are provided, and the operation open accepts the store.
func (e *Enrol) generate(ctx context.Context, conf, open string) (*generation, error) {
	config, notices, err := ssoconf.Parse(conf)
	if err != nil {
		return nil, err
	}
	engine := signup.New(config, e.keys)
	if err := missingService(engine.Services(), config.Main.SMTPConn, e.options.Services); err != nil {
		return nil, err
	}
	g := &generation{config: config, notices: append(notices, unnamedServices(engine.Services(), e.options.Services)...)}
	if g.runner, err = newRunner(ctx, engine, conf, e.options); err != nil {
		return nil, err
	}
	response, _, err := e.performOn(ctx, g, "open", []byte(open))
	if err == nil {
		err = insist("open", response)
	}
	if err != nil {
		g.runner.close(context.WithoutCancel(ctx))
		return nil, e.explainOpen(ctx, err)
	}
	return g, nil
}

// explainOpen returns the error of open, as one that wraps signup.ErrWrongKey if
// the store is sealed with another secret key: the core's answer is only a text.
func (e *Enrol) explainOpen(ctx context.Context, err error) error {
	if fault, ok := errors.AsType[*signup.Error](err); !ok || fault.Code != signup.InternalError {
		return err
	}
	values, fault := e.options.Store.Get(ctx, []string{signup.MetaKeys})
	if fault != nil {
		return err
	}
	if wrong := signup.CheckKeys(e.keys, values[0]); errors.Is(wrong, signup.ErrWrongKey) {
		return &signup.Error{Code: signup.InternalError, Message: "the store cannot be opened", Err: wrong}
	}
	return err
}

// Reload applies another sso.conf without a pause: running operations keep the
// old one, new ones use the new one. Everything in it may change; enrol.buckets
// applies to a new store only, as always. The other Options stay: secret key,
// store, audit trail and the functions of services.
//
// If the new one is invalid, the old one stays in force, and the error is the
// one that New would return: a *ssoconf.Error or an error about a service
// or the store.
func (e *Enrol) Reload(ctx context.Context, conf string) error {
	if !e.enter() {
		return shuttingDown()
	}
	defer e.running.Done()
	next, err := e.generate(ctx, conf, "{}")
	if err != nil {
		return err
	}
	e.mu.Lock()
	if e.closed {
		e.mu.Unlock()
		next.runner.close(context.WithoutCancel(ctx))
		return shuttingDown()
	}
	before := e.current
	e.current = next
	e.hashing.suit(e.options, next.config)
	e.services.endpoints.config.Store(next.config)
	e.running.Add(1) // until the old one is closed
	e.mu.Unlock()
	go func() {
		defer e.running.Done()
		before.running.Wait()
		before.runner.close(context.WithoutCancel(ctx))
	}()
	e.courier.wake()
	return nil
}

// generation returns the current one, to read it.
func (e *Enrol) generation() *generation {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.current
}

// begin returns the current one for an operation, which must call Done at its
// end.
func (e *Enrol) begin() *generation {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.current.running.Add(1)
	return e.current
}

func shuttingDown() *signup.Error {
	return &signup.Error{Code: signup.Busy, Message: "the service is shutting down"}
}
