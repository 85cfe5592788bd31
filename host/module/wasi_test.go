package module

import (
	"strconv"
	"testing"
	"time"
)

// runTrapping returns what the module says of itself.
func runTrapping(t *testing.T, pool *Pool, request string) string {
	t.Helper()
	answer, err := pool.Run(t.Context(), "signup", []byte(request), answerAtOnce)
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}

// TestInstancesDrawTheirOwnRandomBytes looks at the order of a map, which the
// Go runtime in the module decides with random bytes of WASI. With wazero's
// own source, which is the same for every instance, it would be the same.
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

// TestInstancesHaveTheRealClock would fail with wazero's own, which begins in
// 2022 and counts its calls.
func TestInstancesHaveTheRealClock(t *testing.T) {
	t.Parallel()
	pool := openTrapping(t, nil)
	before := time.Now().UnixNano()
	got, err := strconv.ParseInt(runTrapping(t, pool, "clock"), 10, 64)
	if after := time.Now().UnixNano(); err != nil || got < before || got > after {
		t.Errorf("the clock says %d, between %d and %d (%v)", got, before, after, err)
	}
}
