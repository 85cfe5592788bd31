// Package module runs signup.wasm on wazero.
//
// Open makes a Pool of instances; its Run runs one operation, from any
// goroutine, and passes every effect to a function of the caller. The package
// has no stores, services or clocks, except the clock that the Go runtime in
// the module needs.
//
// An instance serves many operations, interleaved: while one waits for the
// answer of an effect, the instance is free for others. A trap breaks only its
// instance: every operation that runs there returns ErrTrapped, and the pool
// makes a new instance for later operations.
//
// Package host is for Go programs; the API of this one may change at any time.
package module

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"time"

	"github.com/enrol-sso/enrol/wasm"
	"github.com/enrol-sso/enrol/wasm/wire"
)

// maxInput bounds one input of the module, in bytes.
const maxInput = 4 << 20

// Options configure a Pool. The zero value, with a configuration, is meant for
// production.
type Options struct {
	// Module is the bytes of the module; if nil, the module of package wasm.
	Module []byte

	// Configuration is what every instance is configured with.
	Configuration wire.Configuration

	// Instances is the most instances at once; GOMAXPROCS if 0.
	Instances int

	// MaxMemory bounds the memory of one instance, in bytes; 256 MiB if 0, at
	// least 16 MiB. An instance that uses more than half of it is replaced as
	// soon as its operations are done; one that asks for more than all of it
	// traps.
	MaxMemory int

	// MaxOperations bounds how many operations run at once; 256 per instance if 0,
	// at most 1,000 per instance. Further ones wait for their turn.
	MaxOperations int

	// CallTimeout bounds one call into an instance, between two effects; 30
	// seconds if 0. A call normally takes milliseconds; one that takes that long
	// never ends, and the instance is abandoned. This handles calls that block in
	// an import or keep calling imports. A loop without imports cannot be
	// interrupted: the next garbage collection waits for it, and the whole program
	// with it.
	CallTimeout time.Duration

	// CacheDir is a directory, of this user alone, for the compiled module, which
	// makes the next start quick; "" keeps it in memory.
	CacheDir string

	// Immediate returns which effects are answered at once, while the instance
	// blocks; time and entropy if nil. It saves a call per effect, and is for
	// effects that never block.
	Immediate func(effect string) bool

	// Logger receives traps of instances; nil discards them.
	Logger *slog.Logger
}

// Do performs one effect of an operation, as ABI.md specifies it. The context
// comes from Run. An answer after the context ended is discarded.
type Do func(ctx context.Context, effect string, request []byte) (answer []byte)

// Errors of Run. An operation that ended with one of them may have committed.
var (
	// ErrTrapped reports that the instance in which the operation ran is broken.
	ErrTrapped = errors.New("the module trapped, which ended its operations")

	// ErrHung reports that the module did not return from a call.
	ErrHung = errors.New("the module does not answer, which ended its operations")

	// ErrClosed reports that the pool was closed.
	ErrClosed = errors.New("the module was closed")
)

// ConfigError reports that the module refused its configuration.
type ConfigError struct {
	Notices []wire.Notice // at least one
}

// Error returns the first notice.
func (e *ConfigError) Error() string { return e.Notices[0].Message }

func (o Options) withDefaults() Options {
	if o.Module == nil {
		o.Module = wasm.Module()
	}
	if o.Instances <= 0 {
		o.Instances = runtime.GOMAXPROCS(0)
	}
	if o.MaxMemory <= 0 {
		o.MaxMemory = 256 << 20
	}
	o.MaxMemory = min(max(o.MaxMemory, 16<<20), 4<<30)
	if o.MaxOperations <= 0 {
		o.MaxOperations = 256 * o.Instances
	}
	o.MaxOperations = min(o.MaxOperations, 1000*o.Instances)
	if o.CallTimeout <= 0 {
		o.CallTimeout = 30 * time.Second
	}
	if o.Immediate == nil {
		o.Immediate = func(effect string) bool { return effect == wire.Now || effect == wire.Entropy }
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}
