package pebble

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"github.com/enrol-sso/enrol/kv"
)

func checkpointOf(t *testing.T, s *Store) *Checkpoint {
	t.Helper()
	p, err := s.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// copyOf returns a function that copies the files of a checkpoint.
func copyOf(p *Checkpoint) func(string) error {
	return func(into string) error {
		for _, name := range p.Files {
			text, err := os.ReadFile(filepath.Join(p.Dir, name))
			if err == nil {
				err = os.WriteFile(filepath.Join(into, name), text, 0o600)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
}

func anyStore(*Store) error { return nil }

// restored opens what a checkpoint makes.
func restored(t *testing.T, p *Checkpoint) *Store {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "new", "store")
	if err := Restore(dir, Options{}, copyOf(p), anyStore); err != nil {
		t.Fatal(err)
	}
	s, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func openDir(t *testing.T, dir string) *Store {
	t.Helper()
	s, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestCheckpointStaysAsItWas(t *testing.T) {
	s := openDir(t, t.TempDir())
	put(t, s, "a", "before")
	p := checkpointOf(t, s)
	put(t, s, "a", "after")
	put(t, s, "b", "after")
	again := restored(t, p)
	if a, b := get(t, again, "a").Data, get(t, again, "b").Data; a != "before" || b != "" {
		t.Errorf("a is %q, b is %q", a, b)
	}
	if dropped, err := again.Dropped(); err != nil || len(dropped) > 0 {
		t.Errorf("dropped %q, %v", dropped, err)
	}

	if _, err := s.Checkpoint(t.Context()); !errors.Is(err, ErrCheckpoint) {
		t.Errorf("a second one: %v", err)
	}
	closed := make(chan error, 1)
	go func() { closed <- s.Close() }()
	select {
	case err := <-closed:
		t.Fatalf("the store closed below its checkpoint: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	if err := errors.Join(p.Close(), p.Close(), <-closed); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(p.Dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the copy is still there: %v", err)
	}
	if _, err := s.Checkpoint(t.Context()); !errors.Is(err, kv.ErrClosed) {
		t.Errorf("of a closed store: %v", err)
	}
}

// Checkpoints made while others commit have every commit that was acknowledged before,
// no half of one, and nothing that looks cut off.
func TestCheckpointsUnderLoad(t *testing.T) {
	s := openDir(t, t.TempDir())
	var counts [8]atomic.Int64 // acknowledged
	var load sync.WaitGroup
	defer load.Wait()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	for pair := range counts {
		filler := strings.Repeat("x", 1+pair*3000) // so that logs and tables are created and removed
		load.Go(func() {
			for n := int64(1); ctx.Err() == nil; n++ {
				data := fmt.Sprint(n, " ", filler)
				puts := []kv.Put{{Key: fmt.Sprint(pair, "/a"), Data: data}, {Key: fmt.Sprint(pair, "/b"), Data: data}}
				if applied, err := s.Commit(t.Context(), kv.Batch{Puts: puts}); err != nil || !applied {
					t.Error(applied, err)
					return
				}
				counts[pair].Store(n)
			}
		})
	}
	for range 10 {
		var before [len(counts)]int64
		for pair := range counts {
			before[pair] = counts[pair].Load()
		}
		p := checkpointOf(t, s)
		again := restored(t, p)
		for pair, least := range before {
			var n int64
			a, b := get(t, again, fmt.Sprint(pair, "/a")).Data, get(t, again, fmt.Sprint(pair, "/b")).Data
			if fmt.Sscan(a, &n); n < least || a != b {
				t.Errorf("pair %d: %d, want at least %d; halves are equal: %v", pair, n, least, a == b)
			}
		}
		if dropped, err := again.Dropped(); err != nil || len(dropped) > 0 {
			t.Errorf("dropped %q, %v", dropped, err)
		}
		if err := errors.Join(again.Close(), p.Close()); err != nil {
			t.Error(err)
		}
	}
}

// What is cut off in the copy of a log was not acknowledged; what was is missed.
func TestCheckpointCutsLogs(t *testing.T) {
	s := openDir(t, t.TempDir())
	put(t, s, "a", "1")
	p := checkpointOf(t, s)
	for _, name := range p.Files {
		if _, isLog := logNumber(name); !isLog {
			continue
		}
		path := filepath.Join(p.Dir, name)
		log, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, test := range []struct {
			log     string
			damaged bool
		}{
			{string(log) + "half of a record", false},
			{string(log[:len(log)-1]), true},
			{"", true},
		} {
			if err := os.WriteFile(path, []byte(test.log), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := cutLogs(vfs.Default, p.Dir, []byte("enrol checkpoint ")); errors.Is(err, kv.ErrDamaged) != test.damaged || err != nil != test.damaged {
				t.Errorf("of %d bytes of %d: %v", len(test.log), len(log), err)
			}
			if after, err := os.ReadFile(path); err != nil || !test.damaged && string(after) != string(log) {
				t.Errorf("%d bytes became %d, want %d: %v", len(test.log), len(after), len(log), err)
			}
		}
	}
	p.Close()
	closeStore(t, s)
}

func TestFullDiskEndsACheckpointOnly(t *testing.T) {
	var full atomic.Bool
	disk := hooked(vfs.NewMem(), func(op errorfs.Op) error {
		if full.Load() && writes(op) && strings.HasSuffix(op.Path, ".log") && strings.Contains(op.Path, checkpointName) {
			return &os.PathError{Op: "write", Path: op.Path, Err: syscall.ENOSPC}
		}
		return nil
	})
	s := openOn(t, disk)
	put(t, s, "a", "1")
	full.Store(true)
	if _, err := s.Checkpoint(t.Context()); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("got %v", err)
	}
	full.Store(false)
	put(t, s, "a", "2")
	if err := checkpointOf(t, s).Close(); err != nil {
		t.Error(err)
	}
	closeStore(t, s)
}

func TestOpenRemovesWhatACrashLeft(t *testing.T) {
	dir := t.TempDir()
	s := openDir(t, dir)
	put(t, s, "a", "1")
	closeStore(t, s)
	for _, name := range []string{checkpointName, restoringName} {
		if err := os.MkdirAll(filepath.Join(dir, name, "x"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	s = openDir(t, dir)
	if get(t, s, "a").Data != "1" {
		t.Error("the data is gone")
	}
	closeStore(t, s)
	for _, name := range []string{checkpointName, restoringName} {
		if _, err := os.Stat(filepath.Join(dir, name)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCheckpointHasWhatWasDropped(t *testing.T) {
	dir := t.TempDir()
	closeStore(t, openDir(t, dir))
	const line = "2026-01-02T03:04:05Z something"
	if err := os.WriteFile(filepath.Join(dir, droppedFile), []byte(line+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := openDir(t, dir)
	defer s.Close()
	p := checkpointOf(t, s)
	defer p.Close()
	if dropped, err := restored(t, p).Dropped(); err != nil || len(dropped) != 1 || dropped[0] != line {
		t.Errorf("%q %v", dropped, err)
	}
}
