package pebble

import (
	"context"
	"errors"
	"runtime"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/enrol-sso/enrol/kv"
)

func TestAnswersWaitForTheSyncOfWhatTheyRead(t *testing.T) {
	put1 := kv.Batch{Puts: []kv.Put{{Key: "a", Data: "1"}}}
	for name, call := range map[string]func(ctx context.Context, s *Store) error{
		"get": func(ctx context.Context, s *Store) error {
			values, err := s.Get(ctx, []string{"a"})
			return want(err, err != nil || values[0].Data == "1")
		},
		"get of several": func(ctx context.Context, s *Store) error {
			values, err := s.Get(ctx, []string{"b", "a"})
			return want(err, err != nil || values[1].Data == "1")
		},
		"scan": func(ctx context.Context, s *Store) error {
			entries, err := s.Scan(ctx, "a", "", 10)
			return want(err, err != nil || len(entries) == 1)
		},
		"failed check": func(ctx context.Context, s *Store) error {
			applied, err := s.Commit(ctx, kv.Batch{Checks: []kv.Check{{Key: "a"}}, Deletes: []string{"b"}})
			return want(err, err == nil && !applied)
		},
		"check that holds": func(ctx context.Context, s *Store) error {
			applied, err := s.Commit(ctx, kv.Batch{Checks: []kv.Check{{Key: "a", Version: valueOf([]byte("1")).Version}}})
			return want(err, err != nil || applied)
		},
	} {
		t.Run(name, func(t *testing.T) {
			gate := newSyncGate()
			s := openOn(t, hooked(vfs.NewMem(), gate.hook))
			gate.shut.Store(true)
			committed := make(chan error)
			go func() {
				_, err := s.Commit(t.Context(), put1)
				committed <- err
			}()
			<-gate.waiting
			for seen(t, s, "a") != "1" { // the sync may start before the batch is in memory
				runtime.Gosched()
			}

			// Others are served meanwhile.
			get(t, s, otherStripe(s, "a"))

			answered := make(chan error, 1)
			go func() { answered <- call(t.Context(), s) }()
			for !s.ledger.awaited() {
				select {
				case err := <-answered:
					t.Fatalf("answered before the sync: %v", err)
				default:
					runtime.Gosched()
				}
			}
			select {
			case err := <-answered:
				t.Fatalf("answered before the sync: %v", err)
			case err := <-committed:
				t.Fatalf("acknowledged before the sync: %v", err)
			default:
			}

			gate.shut.Store(false)
			close(gate.opened)
			if err := <-answered; err != nil {
				t.Error(err)
			}
			if err := <-committed; err != nil {
				t.Error(err)
			}
			closeStore(t, s)
		})
	}
}

// seen returns the value of a key, synced or not.
func seen(t *testing.T, s *Store, key string) string {
	t.Helper()
	values, err := s.read([]string{key})
	if err != nil {
		t.Fatal(err)
	}
	return values[0].Data
}

func want(err error, right bool) error {
	if err == nil && !right {
		return errors.New("a wrong answer")
	}
	return err
}

func (l *ledger) awaited() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.moved != nil
}

func TestContextThatEndsDuringTheSync(t *testing.T) {
	gate := newSyncGate()
	s := openOn(t, hooked(vfs.NewMem(), gate.hook))
	gate.shut.Store(true)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-gate.waiting
		cancel()
	}()
	_, err := s.Commit(ctx, kv.Batch{Puts: []kv.Put{{Key: "a", Data: "1"}}})
	if !errors.Is(err, kv.ErrUnknown) || !errors.Is(err, context.Canceled) {
		t.Errorf("commit: got %v, want ErrUnknown and the reason", err)
	}
	ctx, cancel = context.WithCancel(t.Context())
	cancel()
	if _, err := s.Get(ctx, []string{"a"}); !errors.Is(err, context.Canceled) {
		t.Errorf("get: got %v, want that the context ended", err)
	}
	gate.shut.Store(false)
	close(gate.opened)
	s.calls.Wait()
	if got := get(t, s, "a").Data; got != "1" {
		t.Errorf("the batch was on its way: got %q, want 1", got)
	}
	closeStore(t, s)
}

func TestContextThatEndsBeforeTheWrite(t *testing.T) {
	s := openOn(t, vfs.NewMem())
	stripe := &s.stripes.all[s.stripes.of("a")]
	stripe.Lock()
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error)
	go func() {
		_, err := s.Commit(ctx, kv.Batch{Puts: []kv.Put{{Key: "a", Data: "1"}}})
		result <- err
	}()
	cancel()
	if err := <-result; !errors.Is(err, context.Canceled) || errors.Is(err, kv.ErrUnknown) {
		t.Errorf("commit: got %v, want that the context ended and nothing was applied", err)
	}
	stripe.Unlock()
	s.calls.Wait()
	if got := get(t, s, "a"); got.Version != "" {
		t.Errorf("a commit that was called off was applied: %q", got.Data)
	}
	closeStore(t, s)
}

func TestCloseWaitsForRunningCalls(t *testing.T) {
	gate := newSyncGate()
	disk := vfs.NewMem()
	s := openOn(t, hooked(disk, gate.hook))
	gate.shut.Store(true)
	committed := make(chan error, 1)
	go func() {
		_, err := s.Commit(t.Context(), kv.Batch{Puts: []kv.Put{{Key: "a", Data: "1"}}})
		committed <- err
	}()
	<-gate.waiting
	closed := make(chan error)
	go func() { closed <- s.Close() }()
	for s.open() {
		runtime.Gosched()
	}
	select {
	case err := <-closed:
		t.Fatalf("closed while a call was running: %v", err)
	default:
	}
	gate.shut.Store(false)
	close(gate.opened)
	if err := <-committed; err != nil {
		t.Errorf("commit: %v", err)
	}
	if err := <-closed; err != nil {
		t.Errorf("close: %v", err)
	}
	s = openOn(t, disk)
	if got := get(t, s, "a").Data; got != "1" {
		t.Errorf("got %q, want 1", got)
	}
	closeStore(t, s)
}

func (s *Store) open() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.closed
}
