package signup

import "errors"

// CallError says why a call of a service failed, as far as a Host knows. Any
// other error of Host.Call counts as CallRefused.
type CallError struct {
	Kind       CallFailure
	RetryAfter int    // with CallDown: seconds until the service may be called again; 0 if unknown
	Reason     string // for the operator; never contains a secret
}

// Error returns the reason.
func (e *CallError) Error() string { return e.Reason }

// CallFailure says what a failed call means for other calls.
type CallFailure string

const (
	// CallDown means that the service cannot be reached or takes no calls now:
	// connection refused, timeout, HTTP 5xx, 408 and 429. All its events wait
	// and one call at a time probes it.
	CallDown CallFailure = "down"

	// CallRefused means that the service did not accept this one event. The
	// event is tried again later, up to 20 times; other events are not affected.
	CallRefused CallFailure = "refused"

	// CallFinal means that the service will never accept this event: HTTP 410,
	// or an answer that says so. The event becomes a dead letter at once.
	CallFinal CallFailure = "final"

	// CallStopped means that the host is stopping and gave up the call. The
	// event is due again at once, without a try counted, and the run ends.
	CallStopped CallFailure = "stopped"
)

// callError converts an error of Host.Call. Unknown kinds become CallRefused.
func callError(err error) *CallError {
	var known *CallError
	if !errors.As(err, &known) {
		return &CallError{Kind: CallRefused, Reason: err.Error()}
	}
	failure := *known
	switch failure.Kind {
	case CallDown, CallFinal, CallStopped:
	default:
		failure.Kind = CallRefused
	}
	failure.RetryAfter = max(0, failure.RetryAfter)
	return &failure
}
