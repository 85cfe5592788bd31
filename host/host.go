// Package host is Enrol for Go programs: it runs the core, signup.wasm in a
// sandbox or the same code natively, and gives it a store, an audit trail,
// services, time, random bytes and fast password hashing.
//
// New is the one entry point. It returns an Enrol with a method for every
// operation, safe for concurrent use:
//
//	enrol, err := host.New(ctx, host.Options{
//		Conf:      conf,      // the text of an sso.conf
//		SecretKey: secretKey, // of host.NewSecretKey, kept outside the store
//		Store:     store,     // such as pebble.Open("data", pebble.Options{})
//		Audit:     audit,     // such as host.OpenAuditFile("audit.jsonl")
//	})
//	answer, err := enrol.Signup(ctx, signup.SignupRequest{Ctx: signup.SignupCtx{
//		Username: "ada", Password: "correct horse", Email: "ada@example.com",
//		AppList: []string{"CRM"},
//	}})
//
// A refusal is an answer, to be looked at with answer.OK; an error is a fault:
// there was no decision. What an operation committed is delivered to callback
// services in the background, at least once, also after a crash.
package host

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/enrol-sso/enrol/host/module"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/wasm/wire"
)

// Enrol runs operations. New makes one, Close ends it.
type Enrol struct {
	options  Options
	config   *signup.Config
	notices  []signup.Notice
	keys     *signup.Keys
	runner   runner
	services services
	hashing  chan struct{} // one for each password being hashed
	courier  *courier
	clock    func() time.Time

	mu       sync.Mutex
	closed   bool
	underWay sync.WaitGroup
}

// New starts an engine: it reads the configuration, compiles the module,
// prepares or checks the store, makes sure that every service of the
// configuration is provided, and begins to deliver what is due.
//
// A configuration that cannot be used is a *signup.ConfigError, a store that
// cannot be used a *signup.Error. Options without a store or an audit trail are
// a mistake of the program: New panics.
func New(ctx context.Context, options Options) (*Enrol, error) {
	options = options.withDefaults()
	config, notices, err := signup.ParseConfig(options.Conf)
	if err != nil {
		return nil, err
	}
	keys, err := signup.ParseKeys(options.SecretKey)
	if err != nil {
		return nil, err
	}
	engine := signup.New(config, keys)
	if err := missingService(engine.Services(), options.Services); err != nil {
		return nil, err
	}
	e := &Enrol{
		options:  options,
		config:   config,
		notices:  notices,
		keys:     keys,
		services: newServices(options.Services),
		hashing:  make(chan struct{}, options.HashConcurrency),
		clock:    time.Now,
	}
	e.courier = newCourier(e)
	if e.runner, err = newRunner(ctx, engine, options); err != nil {
		return nil, err
	}
	if err := e.open(ctx); err != nil {
		e.runner.close(context.WithoutCancel(ctx))
		return nil, err
	}
	e.courier.start()
	return e, nil
}

// Config returns what the sso.conf says. It is not to be changed.
func (e *Enrol) Config() *signup.Config { return e.config }

// Notices returns what is doubtful about the sso.conf.
func (e *Enrol) Notices() []signup.Notice { return slices.Clone(e.notices) }

// WebhookSecrets returns what the receiver at a service verifies signatures
// with; see signup.Keys.
func (e *Enrol) WebhookSecrets(service string) []signup.Secret { return e.keys.WebhookSecrets(service) }

// open prepares or checks the store.
func (e *Enrol) open(ctx context.Context) error {
	_, _, err := e.perform(ctx, "open", []byte("{}"))
	return err
}

// Close refuses new operations, waits for those under way until the context
// ends, and stops delivering. It does not close the store and the audit trail,
// which are the caller's. What was not delivered is delivered by the next New.
func (e *Enrol) Close(ctx context.Context) error {
	e.mu.Lock()
	closed := e.closed
	e.closed = true
	e.mu.Unlock()
	if closed {
		return nil
	}
	e.courier.stop(ctx)
	defer e.services.endpoints.close()
	idle := make(chan struct{})
	go func() {
		e.underWay.Wait()
		close(idle)
	}()
	select {
	case <-idle:
	case <-ctx.Done():
		e.runner.close(ctx) // which releases it once they are done
		return fmt.Errorf("host: operations are still under way: %w", ctx.Err())
	}
	return e.runner.close(ctx)
}

// runner runs operations of the core.
type runner interface {
	run(ctx context.Context, operation string, request []byte, host signup.Host) (answer []byte, err error)
	close(ctx context.Context) error
}

func newRunner(ctx context.Context, engine *signup.Engine, options Options) (runner, error) {
	if options.Native {
		return native{engine}, nil
	}
	pool, err := module.Open(ctx, module.Options{
		Module:        options.Module,
		Configuration: wire.Configuration{Conf: options.Conf, SecretKey: string(options.SecretKey)},
		Instances:     options.Instances,
		MaxMemory:     options.MaxMemory,
		CacheDir:      options.CacheDir,
		Logger:        options.Logger,
	})
	if err != nil {
		return nil, err
	}
	return sandbox{pool, engine, options.Logger}, nil
}

// native runs the core as it is.
type native struct{ engine *signup.Engine }

func (n native) run(ctx context.Context, operation string, request []byte, host signup.Host) ([]byte, error) {
	answer := make(chan []byte, 1)
	go func() { answer <- n.engine.Run(operation, host, request) }()
	select {
	case a := <-answer:
		return a, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (n native) close(context.Context) error { return nil }

// sandbox runs the core as a module.
type sandbox struct {
	pool   *module.Pool
	engine *signup.Engine // for what it refuses unread
	logger *slog.Logger
}

// maxRequest is more, in bytes, than the core reads of any request.
const maxRequest = 1 << 20

func (s sandbox) run(ctx context.Context, operation string, request []byte, host signup.Host) ([]byte, error) {
	if len(request) > maxRequest || !slices.Contains(signup.Operations(), operation) {
		return s.engine.Run(operation, host, request), nil
	}
	return s.pool.Run(ctx, operation, request, func(_ context.Context, effect string, request []byte) (answer []byte) {
		defer func() {
			if recover() != nil {
				s.logger.Error("an effect panicked", "effect", effect)
				answer = nil // which leaves open whether it happened
			}
		}()
		return wire.Perform(host, effect, request)
	})
}

func (s sandbox) close(ctx context.Context) error { return s.pool.Close(ctx) }
