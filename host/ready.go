package host

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup"
)

// earliest is before this version was made, and so before any time at which it
// can run. A clock that was never set shows 1970, or the date of the firmware.
// latest is the last time that records can hold.
var (
	earliest = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.UnixMilli(9_999_999_999_999)
)

// NotReady is why nobody can sign up.
type NotReady struct {
	Reason string // short, without names of files or users: anybody may read it
	Err    error  // for the operator
}

// Error returns both.
func (n *NotReady) Error() string { return n.Reason + ": " + n.Err.Error() }

// Unwrap returns the cause.
func (n *NotReady) Unwrap() error { return n.Err }

// Ready reports whether users can sign up now: the clock is plausible, the
// store answers and is sealed with the secret key, and the audit trail can
// probably be written. An error is a *NotReady. It is cheap enough for a
// supervisor to call every second. If the Audit has a method
// Ready(context.Context) error, like *AuditFile, Ready calls it.
func (e *Enrol) Ready(ctx context.Context) error {
	if err := e.Err(); err != nil {
		return &NotReady{"the service must be restarted", err}
	}
	if err := e.checkClock(); err != nil {
		return &NotReady{"the clock is wrong", err}
	}
	if audit, ok := e.options.Audit.(interface{ Ready(context.Context) error }); ok {
		if err := audit.Ready(ctx); err != nil {
			return &NotReady{"the audit trail cannot be written", err}
		}
	}
	return e.fit(ctx)
}

// fitting holds the store's metadata when fit last succeeded.
type fitting struct {
	mu     sync.Mutex
	values []kv.Value
}

// fit returns a *NotReady unless the store answers and the core may still write to
// it. It asks the core only if the store's metadata changed, since the core may
// be busy.
func (e *Enrol) fit(ctx context.Context) error {
	values, err := e.options.Store.Get(ctx, []string{"meta/format", signup.MetaKeys})
	if err != nil {
		return &NotReady{storeSilent, err}
	}
	e.fitting.mu.Lock()
	defer e.fitting.mu.Unlock()
	if slices.Equal(values, e.fitting.values) {
		return nil
	}
	response, answer, err := e.perform(ctx, "open", []byte("{}"))
	if err == nil {
		err = insist("open", response)
	}
	if err != nil {
		return e.unfit(answer != nil, values[1], err)
	}
	e.fitting.values = values
	return nil
}

// storeSilent is the reason for a store that fails.
const storeSilent = "the store does not answer"

// unfit returns why open failed. If the core answered with an internal error, the
// store is at fault: the core's messages name no files and no users.
// keys is the store's list of secret keys.
func (e *Enrol) unfit(answered bool, keys kv.Value, err error) *NotReady {
	fault, ok := errors.AsType[*signup.Error](err)
	switch {
	case !ok || answered && fault.Code == signup.Busy:
		return &NotReady{storeSilent, err}
	case !answered || fault.Code != signup.InternalError:
		return &NotReady{fault.Message, err}
	}
	if wrong := signup.CheckKeys(e.keys, keys); errors.Is(wrong, signup.ErrWrongKey) {
		return &NotReady{"the store is sealed with another secret key", wrong}
	}
	return &NotReady{"the store cannot be used: " + fault.Message, err}
}

// checkClock returns an error if the clock is implausible.
func (e *Enrol) checkClock() error {
	if now := e.clock(); now.Before(earliest) || now.After(latest) {
		return fmt.Errorf("the clock of this machine shows %s, which is impossible: set it", now.UTC().Format(time.RFC3339))
	}
	return nil
}
