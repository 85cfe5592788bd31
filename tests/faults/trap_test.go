package faults

import (
	"context"
	"fmt"
	"testing"
)

// The operation ends just before and just after each of its effects: its
// goroutine ends, or the instance of the module traps.
func TestCrashBeforeAndAfterEveryEffect(t *testing.T) {
	sweeps(t, func(t *testing.T, r runner) {
		crashes := 0
		for _, s := range scenarios() {
			for n := 0; ; n++ {
				more := false
				for _, after := range []bool{false, true} {
					t.Run(fmt.Sprintf("%s/%d %v", s.name, n, after), func(t *testing.T) {
						more = crashesAt(t, r, s, n, after)
					})
				}
				if !more || t.Failed() {
					break
				}
				crashes += 2
			}
		}
		if crashes < 150 {
			t.Errorf("there were only %d crashes", crashes)
		}
	})
}

func crashesAt(t *testing.T, r runner, s scenario, n int, after bool) bool {
	w := newWorld(t)
	request := s.prepare(t, w)
	crashed := false
	w.at = func(effect int, done bool) {
		if effect == n && done == after {
			crashed = true
			r.crash()
		}
	}
	r.expect(n)
	first, over, err := r.run(context.Background(), w, s.operation, request)
	r.expect(-1)
	<-over
	w.at = nil
	if crashed != (err != nil) {
		t.Errorf("crashed: %v, but %s, %v", crashed, first, err)
	}
	if err != nil {
		first = nil
	}
	s.settle(t, w, request, first)
	s.end(t, w, first)
	return crashed
}
