package signup

import "fmt"

// Error is why an operation gave no decision, or why a request was not read.
// Decisions, refusals among them, are responses and not errors.
type Error struct {
	Code    Code   // Busy for a fault of the outside, InternalError for one of ours, InvalidInput or MissingInput for a bad request
	Field   string // the member of the request that was wrong, if one was
	Message string // for the operator or the developer; never holds a secret
	Err     error  // the cause, if there is one
}

// Error returns the code, the field and the message in one line.
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

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// badField is a request whose member cannot be accepted.
func badField(field, format string, args ...any) *Error {
	return &Error{Code: InvalidInput, Field: field, Message: fmt.Sprintf(format, args...)}
}

// missingField is a request that lacks a member.
func missingField(field string) *Error {
	return &Error{Code: MissingInput, Field: field, Message: "is required"}
}

// outside is an effect that failed.
func outside(effect string, err error) *Error {
	return &Error{Code: Busy, Message: effect, Err: err}
}

// internal is a state that should not exist.
func internal(format string, args ...any) *Error {
	return &Error{Code: InternalError, Message: fmt.Sprintf(format, args...)}
}
