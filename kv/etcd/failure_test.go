package etcd

import (
	"context"
	"errors"
	"testing"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"

	"github.com/enrol-sso/enrol/kv"
)

// A member answers that it has no space also after it applied a batch, and that a
// request timed out while the others may still apply it.
func TestAnErrorIsUnknownUnlessTheClusterRuledThatOut(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		err     error
		sent    bool
		unknown bool
	}{
		{rpctypes.ErrNoLeader, true, false},
		{rpctypes.ErrTooManyRequests, true, false},
		{errLearner, true, false},
		{rpctypes.ErrInvalidAuthToken, true, false},
		{rpctypes.ErrPermissionDenied, true, false},
		{rpctypes.ErrTooManyOps, true, false},
		{rpctypes.ErrRequestTooLarge, true, false},
		{rpctypes.ErrCorrupt, true, false},
		{rpctypes.ErrNoSpace, true, true},
		{rpctypes.ErrTimeout, true, true},
		{rpctypes.ErrTimeoutDueToLeaderFail, true, true},
		{rpctypes.ErrTimeoutDueToConnectionLost, true, true},
		{rpctypes.ErrStopped, true, true},
		{rpctypes.ErrLeaderChanged, true, true},
		{errors.New("connection error: EOF"), true, true},
		{errors.New("connection error: refused"), false, false},
		{context.DeadlineExceeded, true, true},
		{context.Canceled, true, true},
		{context.Canceled, false, false},
	} {
		if got := errors.Is(failed(test.err, test.sent, place{}), kv.ErrUnknown); got != test.unknown {
			t.Errorf("%v, sent: %v: unknown is %v", test.err, test.sent, got)
		}
	}
	if !errors.Is(failed(rpctypes.ErrCorrupt, true, place{}), kv.ErrDamaged) {
		t.Error("a corrupt cluster is not damage")
	}
}

func TestAVersionIsARevisionAsItIsWritten(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]int64{"": 0, "1": 1, "9223372036854775807": 1<<63 - 1} {
		if got, ok := revision(version); got != want || !ok {
			t.Errorf("%q: got (%d, %v)", version, got, ok)
		}
	}
	for _, version := range []string{"0", "-1", "+1", "01", " 1", "1 ", "1.0", "x", "9223372036854775808"} {
		if _, ok := revision(version); ok {
			t.Errorf("%q is a version", version)
		}
	}
}
