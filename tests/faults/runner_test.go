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

// runner runs operations to which something happens: natively, or in the
// module. It runs one at a time.
type runner interface {
	// run runs an operation until the context ends. Over says when nothing of
	// it is left that could still happen.
	run(ctx context.Context, h *host, operation, request string) (answer []byte, over <-chan struct{}, err error)
	// crash ends what runs at once, from within an effect.
	crash()
	// expect says at which effect of the next run crash will be called, -1 for
	// none.
	expect(effect int)
}

// natively runs the engine as it is. An operation that is given up goes on.
type natively struct{}

func (natively) run(ctx context.Context, h *host, operation, request string) ([]byte, <-chan struct{}, error) {
	over := make(chan struct{})
	var answer []byte
	go func() {
		defer close(over)
		answer = h.engine.Run(operation, h, []byte(request))
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

// inModule runs the built module. An operation that is given up is cancelled,
// but the effect that it waited for still happens.
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

// immediate lets an effect that crashes happen within the call into the
// instance, which traps then.
func (m *inModule) immediate(effect string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := m.effects
	m.effects++
	return n == m.expected || effect == wire.Now || effect == wire.Entropy
}

func (m *inModule) run(ctx context.Context, h *host, operation, request string) ([]byte, <-chan struct{}, error) {
	m.mu.Lock()
	m.effects = 0
	m.mu.Unlock()
	var effects sync.WaitGroup
	answer, err := m.pool.Run(ctx, operation, []byte(request), func(_ context.Context, effect string, request []byte) []byte {
		effects.Add(1)
		defer effects.Done()
		return wire.Perform(h, effect, request)
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
