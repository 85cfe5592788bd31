// Package module runs signup.wasm on wazero.
//
// Open makes a Pool of instances; its Run runs one operation, from any
// goroutine, and hands every effect to a function of the caller. The package
// knows nothing of stores, services or clocks but those that the Go runtime in
// the module needs for itself.
//
// An instance serves many operations, interleaved: while one waits for the
// answer of an effect, the instance is free for others. A trap costs the one
// instance in which it happened; every operation under way there returns
// ErrTrapped, and the pool makes a new instance for those that come.
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

// maxInput bounds what the module is handed at once, in bytes.
const maxInput = 4 << 20

// Options say how a Pool runs. The zero value, with a configuration, is meant
// for production.
type Options struct {
	// Module is the module's bytes; those of package wasm if nil.
	Module []byte

	// Configuration is what every instance is configured with.
	Configuration wire.Configuration

	// Instances is how many there may be at once; GOMAXPROCS if 0.
	Instances int

	// MaxMemory bounds the memory of one instance, in bytes; 256 MiB if 0, at
	// least 16 MiB. An instance that uses more than half of it is replaced as
	// soon as its operations are done; one that asks for more than all of it
	// traps.
	MaxMemory int

	// MaxOperations bounds how many operations may be under way; 256 for each
	// instance if 0, at most 1,000 for each. Those beyond wait for their turn.
	MaxOperations int

	// CallTimeout bounds one call into an instance, between two effects; 30
	// seconds if 0. Such a call is bounded work of milliseconds; one that takes
	// that long never ends, and the instance is abandoned. This is for calls
	// that stand still in an import or keep on calling imports. A loop without
	// any cannot be interrupted: the first garbage collection of the program
	// waits for it, and everything with it.
	CallTimeout time.Duration

	// CacheDir is a directory, of this user alone, in which the compiled
	// module is kept, so that the next start is quick; "" keeps it in memory.
	CacheDir string

	// Immediate says which effects are answered at once, while the instance
	// stands still, rather than waited for; time and entropy if nil. It saves a
	// call for each, and is for effects that never block.
	Immediate func(effect string) bool

	// Logger is told of instances that trapped; nobody if nil.
	Logger *slog.Logger
}

// Do performs one effect of an operation, as ABI.md specifies it. The context
// is that of the Run; an answer that comes after its end is thrown away.
type Do func(ctx context.Context, effect string, request []byte) (answer []byte)

// Errors of Run. An operation that ended with one of them may have committed.
var (
	// ErrTrapped says that the instance in which the operation ran is broken.
	ErrTrapped = errors.New("the module trapped, and with it its operations ended")

	// ErrHung says that the module did not come back from a call.
	ErrHung = errors.New("the module does not answer, and with it its operations ended")

	// ErrClosed says that the pool was closed.
	ErrClosed = errors.New("the module was closed")
)

// ConfigError says that the module refused its configuration.
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
