package pebble

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"github.com/enrol-sso/enrol/kv"
)

func TestFailedWriteOfTheLogEndsTheStore(t *testing.T) {
	for name, kind := range map[string]errorfs.OpKind{"sync": errorfs.OpFileSyncData, "write": errorfs.OpFileWrite} {
		t.Run(name, func(t *testing.T) {
			var broken atomic.Bool
			disk := vfs.NewMem()
			s := openOn(t, hooked(disk, func(op errorfs.Op) error {
				if broken.Load() && op.Kind == kind && strings.HasSuffix(op.Path, ".log") {
					return diskError(op)
				}
				return nil
			}))
			put(t, s, "a", "1")
			broken.Store(true)

			var commits sync.WaitGroup
			for i := range 20 {
				commits.Go(func() {
					_, err := s.Commit(t.Context(), kv.Batch{Puts: []kv.Put{{Key: fmt.Sprint(i)}}})
					switch {
					case errors.Is(err, kv.ErrUnknown) && errors.Is(err, kv.ErrClosed):
						t.Errorf("an error that says both that nothing was applied and that no one knows: %v", err)
					case !errors.Is(err, kv.ErrUnknown) && !errors.Is(err, kv.ErrClosed):
						t.Errorf("commit while the log cannot be written: got %v, want ErrUnknown or ErrClosed", err)
					case !errors.Is(err, syscall.EIO):
						t.Errorf("commit: the error does not say why: %v", err)
					}
				})
			}
			commits.Wait()

			_, err := s.Get(t.Context(), []string{"a"})
			wantEnded(t, "get", err)
			_, err = s.Scan(t.Context(), "", "", 1)
			wantEnded(t, "scan", err)
			_, err = s.Commit(t.Context(), kv.Batch{})
			wantEnded(t, "commit", err)
			for range 2 {
				if err := s.Close(); !errors.Is(err, syscall.EIO) {
					t.Errorf("close: got %v, want the reason why the store ended", err)
				}
			}

			s = openOn(t, disk) // the lock is free, and acknowledged commits are there
			if got := get(t, s, "a").Data; got != "1" {
				t.Errorf("after opening again: got %q, want 1", got)
			}
			closeStore(t, s)
		})
	}
}

func wantEnded(t *testing.T, call string, err error) {
	t.Helper()
	if !errors.Is(err, kv.ErrClosed) || !errors.Is(err, syscall.EIO) || errors.Is(err, kv.ErrUnknown) {
		t.Errorf("%s after the end: got %v, want ErrClosed and the reason", call, err)
	}
	if err != nil && strings.Contains(err.Error(), "\n") {
		t.Errorf("%s after the end: an error of more than one line: %q", call, err)
	}
}

// TestEveryWriteCanFail lets each operation that changes the disk fail once, from
// the first of Open to the last of Close. The process must continue, no caller
// may hang, and acknowledged commits must survive a loss of power at that
// moment.
func TestEveryWriteCanFail(t *testing.T) {
	kinds := make(map[string]bool)
	failedOpens, failedCloses := 0, 0
	n := int64(0)
	for ; ; n++ {
		disk := vfs.NewCrashableMem()
		var count atomic.Int64
		var struck atomic.Bool
		broken := hooked(disk, func(op errorfs.Op) error {
			if writes(op) && op.Kind != errorfs.OpRemove && op.Kind != errorfs.OpFilePreallocate && count.Add(1) == n+1 {
				kinds[fmt.Sprint(op.Kind)] = true
				struck.Store(true)
				return diskError(op)
			}
			return nil
		})
		acknowledged := 0
		s, err := open(broken, "/store", Options{})
		if err == nil {
			acknowledged = fill(t, s)
			crashed := disk.CrashClone(vfs.CrashCloneCfg{})
			err = s.Close()
			wantKeys(t, crashed, acknowledged)
			if err != nil {
				failedCloses++
			}
		} else {
			failedOpens++
		}
		if !struck.Load() {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
		if !errors.Is(err, syscall.EIO) {
			t.Fatalf("operation %d failed: got %v", n, err)
		}
		wantKeys(t, disk, acknowledged)
	}
	if failedOpens == 0 || failedCloses == 0 || len(kinds) < 4 {
		t.Errorf("of %d operations: %d failed opens, %d failed closes, %d kinds", n, failedOpens, failedCloses, len(kinds))
	}
}

const fillCommits = 22

// fill writes enough for the engine to start new logs and to write tables. It
// returns how many commits were acknowledged.
func fill(t *testing.T, s *Store) (acknowledged int) {
	data := strings.Repeat("v", kv.MaxValueBytes)
	for i := range fillCommits {
		_, err := s.Commit(t.Context(), kv.Batch{Puts: []kv.Put{
			{Key: fmt.Sprintf("%03d/a", i), Data: data}, {Key: fmt.Sprintf("%03d/b", i), Data: data},
		}})
		if err != nil {
			if !errors.Is(err, kv.ErrUnknown) && !errors.Is(err, kv.ErrClosed) {
				t.Fatalf("commit: got %v", err)
			}
			break
		}
		acknowledged++
	}
	return acknowledged
}

func wantKeys(t *testing.T, disk vfs.FS, acknowledged int) {
	t.Helper()
	s := openOn(t, disk)
	defer closeStore(t, s)
	entries, err := s.Scan(t.Context(), "", "", kv.MaxScanLimit)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) < 2*acknowledged || len(entries) > 2*acknowledged+2 || len(entries)%2 != 0 {
		t.Fatalf("%d commits of two keys were acknowledged, one may be unknown: found %d keys", acknowledged, len(entries))
	}
}
