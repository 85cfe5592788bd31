package record

import (
	"fmt"
	"testing"
)

func TestNumbersInKeysHaveTheirDigits(t *testing.T) {
	t.Parallel()
	for _, n := range []int64{0, 7, 42, 20785, 1_790_000_000_000, MaxTime, MaxTime + 1, 1<<63 - 1, -1, -42} {
		for _, width := range []int{2, 5, 8, 13} {
			if got, want := digits(n, width), fmt.Sprintf("%0*d", width, n); got != want {
				t.Errorf("%d in %d digits is %s, want %s", n, width, got, want)
			}
		}
	}
}
