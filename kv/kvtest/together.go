package kvtest

import (
	"fmt"
	"strconv"
	"sync"

	"github.com/enrol-sso/enrol/kv"
)

func togetherNoLostUpdate(s subject) {
	const workers, rounds = 8, 15
	var running sync.WaitGroup
	for range workers {
		running.Go(func() {
			for range rounds {
				if err := increment(s, "counter/a", "counter/b"); err != nil {
					s.Error(err)
					return
				}
			}
		})
	}
	running.Wait()
	s.holds("counter/a", fmt.Sprint(workers*rounds), "counter/b", fmt.Sprint(workers*rounds))
}

// increment adds one to both counters in one commit, and retries until that
// succeeds.
func increment(s subject, a, b string) error {
	for {
		values, err := s.store.Get(s.Context(), []string{a, b})
		if err != nil {
			return err
		}
		n, _ := strconv.Atoi(values[0].Data) // 0 while absent
		next := strconv.Itoa(n + 1)
		applied, err := s.store.Commit(s.Context(), kv.Batch{
			Checks: []kv.Check{{Key: a, Version: values[0].Version}},
			Puts:   []kv.Put{{Key: a, Data: next}, {Key: b, Data: next}},
		})
		if err != nil && !gaveUp(err) {
			return err
		}
		if applied {
			return nil
		}
	}
}

func togetherOneMoment(s subject) {
	const rounds = 150
	s.put("pair/a", "0", "pair/b", "0")
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				values, err := s.store.Get(s.Context(), []string{"pair/a", "pair/b"})
				if err != nil || values[0].Data != values[1].Data {
					s.Errorf("get saw half of a commit: %+v, %v", values, err)
					return
				}
				entries, err := s.store.Scan(s.Context(), "pair/", "", 10)
				if err != nil || len(entries) != 2 || entries[0].Data != entries[1].Data {
					s.Errorf("scan saw half of a commit: %+v, %v", entries, err)
					return
				}
			}
		})
	}
	for i := range rounds {
		s.put("pair/b", fmt.Sprint(i), "pair/a", fmt.Sprint(i))
	}
	close(done)
	readers.Wait()
}

func togetherHammer(s subject) {
	history, err := hammer(s.Context(), s.store, load{workers: 16, calls: 150, seed: 1})
	if err != nil {
		s.Fatal(err)
	}
	if err := verify(history); err != nil {
		s.Fatal(err)
	}
}
