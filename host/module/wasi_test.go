package module

import (
	"strconv"
	"testing"
	"time"
)

// runTrapping returns the output of the module about itself.
func runTrapping(t *testing.T, pool *Pool, request string) string {
	t.Helper()
	answer, err := pool.Run(t.Context(), "signup", []byte(request), answerAtOnce)
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}

// TestInstancesDrawTheirOwnRandomBytes compares the order of a map, which
// depends on the random bytes that the Go runtime in the module gets from WASI.
// With wazero's own source, all instances would have the same order.
func TestInstancesDrawTheirOwnRandomBytes(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 4 {
		seen[runTrapping(t, openTrapping(t, nil), "order")] = true
	}
	if len(seen) != 4 {
		t.Errorf("4 instances have %d orders", len(seen))
	}
}

// TestInstancesHaveTheRealClock would fail with wazero's own clock, which
// starts in 2022 and counts its calls.
func TestInstancesHaveTheRealClock(t *testing.T) {
	t.Parallel()
	pool := openTrapping(t, nil)
	before := time.Now().UnixNano()
	got, err := strconv.ParseInt(runTrapping(t, pool, "clock"), 10, 64)
	if after := time.Now().UnixNano(); err != nil || got < before || got > after {
		t.Errorf("the clock says %d, between %d and %d (%v)", got, before, after, err)
	}
}
