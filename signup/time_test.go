package signup

import (
	"testing"
	"time"
)

// Every day from 1970 to the last that a run may have, at its first and its
// last millisecond and at one between.
func TestTimesAreWrittenAsPackageTimeWritesThem(t *testing.T) {
	for day := int64(0); day <= maxTime/dayMS; day++ {
		for _, of := range []int64{0, day * 7_919 % dayMS, dayMS - 1} {
			ms := day*dayMS + of
			at := time.UnixMilli(ms).UTC()
			if got, want := formatTime(ms), at.Format("2006-01-02T15:04:05"); got != want {
				t.Fatalf("%d: %s, want %s", ms, got, want)
			}
			if got, want := formatTimeMS(ms), at.Format("2006-01-02T15:04:05.000Z"); got != want {
				t.Fatalf("%d: %s, want %s", ms, got, want)
			}
		}
	}
}
