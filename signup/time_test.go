package signup

import (
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

func TestTimesAreWrittenInUTC(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		ms               int64
		seconds, precise string
	}{
		{0, "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"},
		{1_518_535_944_007, "2018-02-13T15:32:24Z", "2018-02-13T15:32:24.007Z"},
		{951_827_696_100, "2000-02-29T12:34:56Z", "2000-02-29T12:34:56.100Z"},
		{4_107_542_399_999, "2100-02-28T23:59:59Z", "2100-02-28T23:59:59.999Z"},
		{record.MaxTime, "2286-11-20T17:46:39Z", "2286-11-20T17:46:39.999Z"},
	} {
		if got := formatTime(test.ms); got != test.seconds {
			t.Errorf("%d: %s, want %s", test.ms, got, test.seconds)
		}
		if got := formatTimeMS(test.ms); got != test.precise {
			t.Errorf("%d: %s, want %s", test.ms, got, test.precise)
		}
	}
	if formatTimeIf(0) != "" || !timeIf(0).IsZero() || formatTimeIf(1) == "" || timeIf(1).IsZero() {
		t.Error("0 is no time, and 1 is one")
	}
}
