package etcd

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"

	"github.com/enrol-sso/enrol/kv"
)

// errLearner is the answer of a member without a vote, which serves no clients.
var errLearner = rpctypes.Error(rpctypes.ErrGRPCNotSupportedForLearner)

// passing are the answers with which a member refuses a request before it
// proposes it to the others, for a cause that may pass.
var passing = []error{
	rpctypes.ErrNoLeader, rpctypes.ErrNotCapable, errLearner, rpctypes.ErrTooManyRequests,
	rpctypes.ErrInvalidAuthToken, rpctypes.ErrAuthOldRevision, // the client has got another token by now
}

// lasting are those for which somebody must do something.
var lasting = []error{
	rpctypes.ErrPermissionDenied, rpctypes.ErrAuthFailed, rpctypes.ErrUserEmpty, rpctypes.ErrUserNotFound, rpctypes.ErrAuthNotEnabled,
	rpctypes.ErrTooManyOps, rpctypes.ErrRequestTooLarge, rpctypes.ErrCorrupt,
}

func is(err error, any []error) bool {
	return slices.ContainsFunc(any, func(one error) bool { return errors.Is(err, one) })
}

// isRefusal reports whether an error is an answer after which nothing was
// applied. That a member has no space is none: it says so before it proposes a
// batch, and also after it applied one.
func isRefusal(err error) bool { return is(err, passing) || is(err, lasting) }

// mayPass reports whether another try of a request that had no effect may
// succeed.
func mayPass(err error) bool {
	return !is(err, lasting) && !errors.Is(err, rpctypes.ErrNoSpace) &&
		!errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
}

// failed returns what a commit gets for an error.
func failed(err error, sent bool, p place) error {
	if sent && !isRefusal(err) {
		return fmt.Errorf("kv/etcd: %w: %w", kv.ErrUnknown, explained(err, p))
	}
	return fmt.Errorf("kv/etcd: nothing was applied: %w", explained(err, p))
}

// explained adds to an error of the cluster what to do.
func explained(err error, p place) error {
	switch {
	case errors.Is(err, rpctypes.ErrNoSpace):
		return fmt.Errorf("a member reached its quota: compact the history, defragment each member, "+
			"raise --quota-backend-bytes if that is not enough, then run etcdctl alarm disarm: %w", err)
	case errors.Is(err, rpctypes.ErrPermissionDenied):
		return fmt.Errorf("the user needs a role with the permission readwrite, with --prefix, for %s: %w", p.base(), err)
	case errors.Is(err, rpctypes.ErrAuthFailed):
		return fmt.Errorf("the cluster does not know the user, or the password is another: %w", err)
	case errors.Is(err, rpctypes.ErrUserEmpty):
		return fmt.Errorf("the cluster serves users only: write USER@ before the first member in the URL: %w", err)
	case errors.Is(err, rpctypes.ErrTooManyOps):
		return fmt.Errorf("the members must run with --max-txn-ops of at least %d, 128 is the default: %w", kv.MaxChanges+1, err)
	case errors.Is(err, rpctypes.ErrRequestTooLarge):
		return fmt.Errorf("the members must run with --max-request-bytes of at least %d, 1572864 is the default: %w", 2*kv.MaxBatchBytes, err)
	case errors.Is(err, rpctypes.ErrCorrupt):
		return fmt.Errorf("%w: the members differ: find the one that is wrong with etcdctl alarm list, and replace it: %w", kv.ErrDamaged, err)
	case errors.Is(err, rpctypes.ErrNoLeader):
		return fmt.Errorf("a majority of the members cannot be reached: %w", err)
	}
	return err
}
