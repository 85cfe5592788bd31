package module

import (
	"context"
	"errors"
	"testing"
	"time"
)

// openUnclosed opens a pool that the test closes.
func openUnclosed(t *testing.T, change func(*Options)) *Pool {
	t.Helper()
	options := Options{Module: trappingModule(t), Configuration: testConfiguration, Instances: 1, CacheDir: cacheDir}
	if change != nil {
		change(&options)
	}
	pool, err := Open(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	return pool
}

func TestCloseWaitsForRunningOperations(t *testing.T) {
	t.Parallel()
	pool := openUnclosed(t, nil)
	first := pool.instances[0]
	h := newHeld()
	done := make(chan error)
	go func() {
		_, err := pool.Run(t.Context(), "signup", []byte("fine"), h.do)
		done <- err
	}()
	<-h.asked
	closed := make(chan error)
	go func() { closed <- pool.Close(t.Context()) }()
	for {
		if _, err := pool.Run(t.Context(), "signup", []byte("fine"), answerAtOnce); err != nil {
			if !errors.Is(err, ErrClosed) {
				t.Error(err)
			}
			break
		}
	}
	select {
	case err := <-closed:
		t.Fatalf("close came back first: %v", err)
	default:
	}
	close(h.answer)
	if err := <-done; err != nil {
		t.Errorf("the running operation: %v", err)
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
	if !first.module.IsClosed() {
		t.Error("the instance is still there")
	}
	if err := pool.Close(t.Context()); err != nil {
		t.Errorf("closed twice: %v", err)
	}
	if _, err := pool.Run(t.Context(), "signup", []byte("fine"), answerAtOnce); !errors.Is(err, ErrClosed) {
		t.Errorf("afterwards: %v", err)
	}
}

func TestCloseThatGaveUpReleasesAfterTheLastOperation(t *testing.T) {
	t.Parallel()
	pool := openUnclosed(t, nil)
	first := pool.instances[0]
	h := newHeld()
	done := make(chan error)
	go func() {
		_, err := pool.Run(t.Context(), "signup", []byte("fine"), h.do)
		done <- err
	}()
	<-h.asked
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := pool.Close(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("close: %v", err)
	}
	close(h.answer)
	if err := <-done; err != nil {
		t.Errorf("the running operation: %v", err)
	}
	for range 1000 {
		if first.module.IsClosed() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("the instance was never closed")
}

// TestCloseWithAHungInstance checks that code which may still run is not freed.
func TestCloseWithAHungInstance(t *testing.T) {
	t.Parallel()
	pool := openUnclosed(t, func(o *Options) {
		o.CallTimeout = 50 * time.Millisecond
	})
	first := pool.instances[0]
	over := make(chan struct{})
	if _, err := pool.Run(t.Context(), "signup", []byte("hang"), hangs(over)); !errors.Is(err, ErrHung) {
		t.Fatal(err)
	}
	if err := pool.Close(t.Context()); err != nil {
		t.Error(err)
	}
	close(over) // now it continues after all
	first.turn <- struct{}{}
	if first.module.IsClosed() {
		t.Error("the instance was closed while it ran")
	}
}

func TestCloseAfterTraps(t *testing.T) {
	t.Parallel()
	pool := openUnclosed(t, func(o *Options) { o.Instances = 2 })
	for range 5 {
		if _, err := pool.Run(t.Context(), "signup", []byte("panic"), answerAtOnce); !errors.Is(err, ErrTrapped) {
			t.Fatal(err)
		}
	}
	if err := pool.Close(t.Context()); err != nil {
		t.Error(err)
	}
}
