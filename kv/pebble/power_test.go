package pebble

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"github.com/enrol-sso/enrol/kv"
)

// shown is the highest count of each pair that any answer contained.
type shown struct {
	mu    sync.Mutex
	pairs map[int]int
}

func (s *shown) tell(pair, count int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pairs[pair] = max(s.pairs[pair], count)
}

func (s *shown) copy() map[int]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.pairs)
}

// TestLossOfPower increments pairs of keys and cuts the power again and again,
// at any moment. What was acknowledged, or returned to a reader, must be there
// when the store opens again, and the keys of each pair must be equal.
func TestLossOfPower(t *testing.T) {
	const (
		pairs = 6
		cuts  = 40
	)
	disk := vfs.NewCrashableMem()
	s := openOn(t, disk)
	told := &shown{pairs: make(map[int]int)}
	done := make(chan struct{})
	var running sync.WaitGroup
	for pair := range pairs {
		filler := strings.Repeat("x", 1+pair*2000) // so that logs and tables are created and removed
		running.Go(func() {
			for count := 1; ; count++ {
				select {
				case <-done:
					return
				default:
				}
				data := fmt.Sprint(count, " ", filler)
				applied, err := s.Commit(t.Context(), kv.Batch{Puts: []kv.Put{
					{Key: fmt.Sprint(pair, "/a"), Data: data}, {Key: fmt.Sprint(pair, "/b"), Data: data},
				}})
				if err != nil || !applied {
					t.Errorf("commit: %v, %v", applied, err)
					return
				}
				told.tell(pair, count)
			}
		})
		running.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-done:
					return
				default:
				}
				count, err := readPair(t, s, pair)
				if err != nil {
					t.Error(err)
					return
				}
				told.tell(pair, count)
			}
		})
	}
	random := rand.New(rand.NewPCG(7, 8))
	for range cuts {
		before := told.copy()
		crashed := disk.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: random.IntN(101), RNG: random})
		after := openOn(t, crashed)
		for pair, count := range before {
			got, err := readPair(t, after, pair)
			if err != nil {
				t.Error(err)
			}
			if got < count {
				t.Errorf("pair %d: someone was told of %d, after the loss of power it is %d", pair, count, got)
			}
		}
		closeStore(t, after)
	}
	close(done)
	running.Wait()
	closeStore(t, s)
}

// readPair returns the count of a pair, read in one of two ways.
func readPair(t *testing.T, s *Store, pair int) (int, error) {
	a, b := fmt.Sprint(pair, "/a"), fmt.Sprint(pair, "/b")
	values, err := s.Get(t.Context(), []string{a, b})
	if err != nil {
		return 0, err
	}
	entries, err := s.Scan(t.Context(), fmt.Sprint(pair, "/"), "", 10)
	if err != nil {
		return 0, err
	}
	if values[0].Data != values[1].Data {
		return 0, fmt.Errorf("pair %d: get saw half of a commit", pair)
	}
	if len(entries) == 1 || len(entries) == 2 && entries[0].Data != entries[1].Data {
		return 0, fmt.Errorf("pair %d: scan saw half of a commit", pair)
	}
	newest := values[0].Data
	if len(entries) > 0 {
		newest = entries[0].Data // was read later
	}
	if newest == "" {
		return 0, nil
	}
	number, _, _ := strings.Cut(newest, " ")
	return strconv.Atoi(number)
}

// TestLossOfPowerWhileAStoreIsMade cuts the power after each of the first
// operations on a new directory: afterwards the store can always be created.
func TestLossOfPowerWhileAStoreIsMade(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	disk := vfs.NewCrashableMem()
	var crashed []*vfs.MemFS
	s, err := open(hooked(disk, func(op errorfs.Op) error {
		if writes(op) {
			crashed = append(crashed, disk.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: random.IntN(101), RNG: random}))
		}
		return nil
	}), "/store", Options{})
	if err != nil {
		t.Fatal(err)
	}
	closeStore(t, s)
	for i, disk := range crashed {
		s, err := open(disk, "/store", Options{})
		if err != nil {
			t.Errorf("after %d operations: %v", i, err)
			continue
		}
		if empty, err := s.Empty(t.Context()); err != nil || !empty {
			t.Errorf("after %d operations: empty is %t, %v", i, empty, err)
		}
		put(t, s, "a", "1")
		closeStore(t, s)
	}
}
