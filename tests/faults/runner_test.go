package faults

import (
	"context"
	"os"
	"runtime"
	"sync"
	"testing"

	"github.com/enrol-sso/enrol/host/module"
	"github.com/enrol-sso/enrol/wasm/wire"
)

// cacheDir keeps the compiled module from one test to the next.
var cacheDir string

// runner runs disturbed operations: natively, or in the module. It runs one at
// a time.
type runner interface {
	// run runs an operation until the context ends. over is closed when nothing of
	// it can happen any more.
	run(ctx context.Context, w *world, operation, request string) (answer []byte, over <-chan struct{}, err error)
	// crash ends the running operation at once, from within an effect.
	crash()
	// expect says at which effect of the next run crash will be called, -1 for
	// none.
	expect(effect int)
}

// natively runs the engine as Go code. A cancelled operation continues.
type natively struct{}

func (natively) run(ctx context.Context, w *world, operation, request string) ([]byte, <-chan struct{}, error) {
	over, host := make(chan struct{}), w.host()
	var answer []byte
	go func() {
		defer close(over)
		answer = w.engine.Run(operation, host, []byte(request))
	}()
	select {
	case <-over:
		if answer == nil {
			return nil, over, errCrashed
		}
		return answer, over, nil
	case <-ctx.Done():
		return nil, over, ctx.Err()
	}
}

func (natively) crash() { runtime.Goexit() }

func (natively) expect(int) {}

// inModule runs the built module. A cancelled operation ends, but the effect
// that it waited for still happens.
type inModule struct {
	pool *module.Pool

	mu       sync.Mutex
	effects  int // of the run so far
	expected int
}

func newInModule(t *testing.T, s settings) *inModule {
	t.Helper()
	data, err := os.ReadFile("../../build/signup.wasm")
	if err != nil {
		t.Fatalf("%v: run make wasm first", err)
	}
	m := &inModule{expected: -1}
	m.pool, err = module.Open(t.Context(), module.Options{
		Module:        data,
		Configuration: wire.Configuration{Conf: s.conf(), SecretKey: secretKey},
		Instances:     1,
		CacheDir:      cacheDir,
		Immediate:     m.immediate,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.pool.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return m
}

// immediate runs a crashing effect within the call into the instance, which
// then traps.
func (m *inModule) immediate(effect string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := m.effects
	m.effects++
	return n == m.expected || effect == wire.Now || effect == wire.Entropy
}

func (m *inModule) run(ctx context.Context, w *world, operation, request string) ([]byte, <-chan struct{}, error) {
	m.mu.Lock()
	m.effects = 0
	m.mu.Unlock()
	var effects sync.WaitGroup
	host := w.host()
	answer, err := m.pool.Run(ctx, operation, []byte(request), func(_ context.Context, effect string, request []byte) []byte {
		effects.Add(1)
		defer effects.Done()
		return wire.Perform(host, effect, request)
	})
	over := make(chan struct{})
	go func() {
		effects.Wait()
		close(over)
	}()
	return answer, over, err
}

func (m *inModule) crash() { panic("the instance is to trap") }

func (m *inModule) expect(effect int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.expected = effect
}
