package host

import (
	"time"

	"github.com/enrol-sso/enrol/signup"
)

// ServiceDown returns the error of a Service that accepts no calls now: all its
// events wait, and one at a time probes it, not before retryAfter, which is
// rounded up to seconds; 0 sets no time. The reason reaches logs and the store:
// it must not contain secrets.
func ServiceDown(reason string, retryAfter time.Duration) error {
	seconds := int((max(0, retryAfter) + time.Second - 1) / time.Second)
	return &signup.CallError{Kind: signup.CallDown, RetryAfter: seconds, Reason: reason}
}

// ServiceRefused returns the error of a Service that does not accept this one
// event, which is tried again up to 20 times. Any other error means the same.
func ServiceRefused(reason string) error {
	return &signup.CallError{Kind: signup.CallRefused, Reason: reason}
}

// ServiceFinal returns the error of a Service that will never accept this event:
// it becomes a dead letter at once.
func ServiceFinal(reason string) error {
	return &signup.CallError{Kind: signup.CallFinal, Reason: reason}
}
