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
//		Audit:     audit,     // such as host.OpenAuditFile("audit.jsonl", host.AuditFileOptions{})
//	})
//	answer, err := enrol.Signup(ctx, signup.SignupRequest{
//		Username: "ada", Password: "correct horse", Email: "ada@example.com",
//		AppList: []string{"CRM"},
//	})
//
// A refusal is an answer for which answer.OK is false. An error is a fault:
// there was no decision. Events are delivered to services in the background, at
// least once, even after a crash.
package host

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/enrol-sso/enrol/host/module"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/ssoconf"
	"github.com/enrol-sso/enrol/wasm/wire"
)

// Enrol runs operations. New makes one, Close ends it.
type Enrol struct {
	options  Options
	keys     *signup.Keys
	services services
	hashing  *hashing
	courier  *courier
	hosts    *announcer
	clock    func() time.Time
	ending   *ending
	metrics  *metrics
	backlogs *backlogs
	started  time.Time
	fitting  fitting

	mu      sync.Mutex
	current *generation // replaced by Reload
	closed  bool
	running sync.WaitGroup
}

// New starts an engine: it reads the configuration, compiles the module,
// prepares or checks the store, checks that every service of the configuration
// is provided, and starts to deliver due events.
//
// It returns a *ssoconf.Error for an invalid configuration, and a *signup.Error
// for an unusable store, which wraps signup.ErrWrongKey if the store is sealed
// with another secret key.
func New(ctx context.Context, options Options) (*Enrol, error) {
	if err := options.check(); err != nil {
		return nil, err
	}
	options = options.withDefaults()
	keys, err := signup.ParseKeys(options.SecretKey)
	if err != nil {
		return nil, err
	}
	e := &Enrol{
		options:  options,
		keys:     keys,
		services: newServices(options.Services),
		hashing:  newHashing(options),
		clock:    time.Now,
		ending:   newEnding(),
		metrics:  newMetrics(),
		started:  time.Now(),
	}
	e.courier, e.hosts, e.backlogs = newCourier(e), newAnnouncer(e), newBacklog(e)
	request := "{}"
	if use(options.Store) {
		request = `{"exclusive":true}`
	}
	if e.current, err = e.generate(ctx, options.Conf, request); err != nil {
		leave(options.Store)
		return nil, err
	}
	e.hashing.suit(options, e.current.config)
	e.services.endpoints.config.Store(e.current.config)
	if err := e.metrics.register(e); err != nil {
		e.current.runner.close(context.WithoutCancel(ctx))
		leave(options.Store)
		return nil, err
	}
	e.watch(options.Store)
	e.watch(options.Audit)
	if err := e.checkClock(); err != nil {
		options.Logger.Error("the clock must be set", "error", err)
	}
	e.hosts.start(ctx)
	e.courier.start()
	return e, nil
}

// Config returns the configuration in force. Callers must not change it.
func (e *Enrol) Config() *ssoconf.Config { return e.generation().config }

// Notices returns the warnings about the sso.conf in force, and about services
// that it does not name.
func (e *Enrol) Notices() []ssoconf.Notice { return slices.Clone(e.generation().notices) }

// WebhookSecrets returns the secrets with which the receiver of a service
// verifies signatures; see signup.Keys. The service is named as in the sso.conf
// in force, or by its URL. It returns an error for any other text, whose secrets
// would verify nothing.
func (e *Enrol) WebhookSecrets(service string) ([]signup.Secret, error) {
	config := e.Config()
	name := config.ServiceName(service)
	if !slices.Contains(signup.New(config, e.keys).Services(), config.CalledFor(name)) {
		return nil, fmt.Errorf("the sso.conf has no service %q: use its exact spelling", ssoconf.ServiceLabel(service))
	}
	return e.keys.WebhookSecrets(name), nil
}

// Close refuses new operations, waits for running ones until the context ends,
// and stops delivering. It does not close the store and the audit trail, which
// belong to the caller. The next New delivers the remaining events.
func (e *Enrol) Close(ctx context.Context) error {
	e.mu.Lock()
	closed, runner := e.closed, e.current.runner
	e.closed = true
	e.mu.Unlock()
	if closed {
		return nil
	}
	defer leave(e.options.Store)
	e.metrics.unregister()
	close(e.ending.over)
	e.hosts.stop()
	e.courier.stop(ctx)
	defer e.services.endpoints.close()
	idle := make(chan struct{})
	go func() {
		e.running.Wait()
		close(idle)
	}()
	select {
	case <-idle:
		e.hosts.leave(ctx)
	case <-ctx.Done():
		runner.close(ctx) // which releases it once they are done
		return fmt.Errorf("host: operations are still running: %w", ctx.Err())
	}
	return runner.close(ctx)
}

// runner runs operations of the core.
type runner interface {
	run(ctx context.Context, operation string, request []byte, host signup.Host) (answer []byte, err error)
	close(ctx context.Context) error
}

func newRunner(ctx context.Context, engine *signup.Engine, conf string, options Options) (runner, error) {
	if options.Native {
		return native{engine}, nil
	}
	pool, err := module.Open(ctx, module.Options{
		Module:        options.Module,
		Configuration: wire.Configuration{Conf: conf, SecretKey: string(options.SecretKey)},
		Instances:     options.Instances,
		MaxMemory:     options.MaxMemory,
		MaxOperations: maxOperations(options),
		CacheDir:      options.CacheDir,
		Logger:        options.Logger,
	})
	if err != nil {
		return nil, err
	}
	return sandbox{pool, engine, options.Logger}, nil
}

// maxOperations is how many operations may run in the module: those that wait
// for a password hash leave as much room for others as if there were none.
func maxOperations(options Options) int {
	instances := options.Instances
	if instances <= 0 {
		instances = runtime.GOMAXPROCS(0)
	}
	return 256*instances + lanes*options.HashQueue + options.HashConcurrency
}

// native runs the core as Go code.
type native struct{ engine *signup.Engine }

func (n native) run(ctx context.Context, operation string, request []byte, host signup.Host) ([]byte, error) {
	answer := make(chan []byte, 1)
	go func() { answer <- runNatively(n.engine, operation, host, request) }()
	select {
	case a := <-answer:
		return a, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (n native) close(context.Context) error { return nil }

// runNatively runs an operation as Go code.
func runNatively(engine *signup.Engine, operation string, host signup.Host, request []byte) []byte {
	if slices.Contains(signup.Moves(), operation) {
		return engine.Move(operation, host, request)
	}
	return engine.Run(operation, host, request)
}

// sandbox runs the core as a module.
type sandbox struct {
	pool   *module.Pool
	engine *signup.Engine // for what the module does not have, and requests that it refuses unread
	logger *slog.Logger
}

// maxRequest is above the core's limit on requests, in bytes.
const maxRequest = 1 << 20

func (s sandbox) run(ctx context.Context, operation string, request []byte, host signup.Host) ([]byte, error) {
	if len(request) > maxRequest || !slices.Contains(signup.Operations(), operation) {
		return runNatively(s.engine, operation, host, request), nil
	}
	return s.pool.Run(ctx, operation, request, func(_ context.Context, effect string, request []byte) (answer []byte) {
		defer func() {
			if recover() != nil {
				s.logger.Error("an effect panicked", "effect", effect)
				answer = nil // with an unknown outcome
			}
		}()
		return wire.Perform(host, effect, request)
	})
}

func (s sandbox) close(ctx context.Context) error { return s.pool.Close(ctx) }
