package fault

import "fmt"

// Error says why an operation made no decision, or why a request is invalid.
// Decisions, including refusals, are responses, not errors.
type Error struct {
	Code    Code   // Busy if an effect failed, InternalError if the core or its data are at fault, InvalidInput or MissingInput for a bad request
	Field   string // the invalid member of the request, or empty
	Message string // for the operator or the developer; never contains a secret
	Err     error  // the cause, or nil

	RetryAfter int // with Busy: seconds, if the host has no capacity; 0 for a fault
}

// Error returns the code, the field and the message on one line.
func (e *Error) Error() string {
	text := string(e.Code)
	if e.Field != "" {
		text += ": " + e.Field
	}
	if e.Message != "" {
		text += ": " + e.Message
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Detail returns the message and its cause, for the operator.
func (e *Error) Detail() string {
	if e.Err == nil {
		return e.Message
	}
	return e.Message + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// BadField returns an error for an invalid member of a request.
func BadField(field, format string, args ...any) *Error {
	return &Error{Code: InvalidInput, Field: field, Message: fmt.Sprintf(format, args...)}
}

// MissingField returns an error for a required member that is absent.
func MissingField(field string) *Error {
	return &Error{Code: MissingInput, Field: field, Message: "is required"}
}

// Outside returns an error for an effect that failed.
func Outside(effect string, err error) *Error {
	return &Error{Code: Busy, Message: effect, Err: err}
}

// Internal returns an error for a state that should not exist.
func Internal(format string, args ...any) *Error {
	return &Error{Code: InternalError, Message: fmt.Sprintf(format, args...)}
}
