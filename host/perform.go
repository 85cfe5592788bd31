package host

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/enrol-sso/enrol/host/module"
	"github.com/enrol-sso/enrol/signup"
)

// dispatchTimeout bounds one run of dispatch, which makes several calls.
const dispatchTimeout = 10 * time.Minute

// eventful are the operations whose commits may create events, even if they
// refuse: verify creates a message about wrong passwords.
var eventful = []string{"signup", "confirm", "resend", "verify", "approve", "reject", "erase", "retry"}

// Run runs an operation with JSON requests and responses, as package signup
// describes them. It always answers; any fault is in the answer. The first
// result has the members that all responses share.
func (e *Enrol) Run(ctx context.Context, operation string, request []byte) (signup.Response, []byte) {
	response, answer, err := e.perform(ctx, operation, request)
	if err == nil || answer != nil {
		return response, answer
	}
	var fault *signup.Error
	if !errors.As(err, &fault) {
		fault = &signup.Error{Code: signup.InternalError, Message: err.Error()}
	}
	return undecided(NewCID(), fault)
}

// undecided is the answer where there was no decision.
func undecided(cid string, fault *signup.Error) (signup.Response, []byte) {
	response := signup.Response{
		CID:       cid,
		Status:    signup.StatusError,
		SubStatus: []signup.Code{fault.Code},
		Fault:     fault.Detail(),
	}
	answer, _ := json.Marshal(response) // texts only
	return response, answer
}

// Note appends an event to the audit trail that is not of an operation, such as
// a refused API key. The event has only the members that AuditEvent documents.
func (e *Enrol) Note(ctx context.Context, event signup.AuditEvent) error {
	return e.options.Audit.Append(ctx, AuditEntry{Time: e.clock(), AuditEvent: event})
}

// NewCID returns a correlation id: 24 random lower-case hexadecimal digits.
func NewCID() string {
	var random [12]byte
	rand.Read(random[:])
	return hex.EncodeToString(random[:])
}

// perform runs an operation. If the answer has a fault, it also returns an
// error.
func (e *Enrol) perform(ctx context.Context, operation string, request []byte) (signup.Response, []byte, error) {
	if !e.enter() {
		return signup.Response{}, nil, shuttingDown()
	}
	defer e.running.Done()
	g := e.begin()
	defer g.running.Done()
	return e.performOn(ctx, g, operation, request)
}

// performOn runs an operation on one generation of the core.
func (e *Enrol) performOn(ctx context.Context, g *generation, operation string, request []byte) (response signup.Response, answer []byte, err error) {
	began := time.Now()
	defer func() { e.metrics.operation(operation, response, err, time.Since(began)) }()
	if cause := e.Err(); cause != nil {
		return response, nil, &signup.Error{Code: signup.Busy, Message: "the service must be restarted", Err: cause}
	}
	timeout := e.options.Timeout
	if operation == "dispatch" {
		timeout = dispatchTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	host := &effects{Enrol: e, ctx: ctx, operation: operation}
	answer, err = g.runner.run(ctx, operation, request, host)
	if host.committed.Load() && slices.Contains(eventful, operation) {
		e.courier.wake()
	}
	if err != nil {
		return response, nil, ended(err)
	}
	if err := json.Unmarshal(answer, &response); err != nil {
		return response, nil, &signup.Error{Code: signup.InternalError, Message: operation + ": the module's answer cannot be read"}
	}
	if response.Fault != "" {
		fault := &signup.Error{Code: signup.InternalError, Message: response.Fault}
		if len(response.SubStatus) > 0 {
			fault.Code = response.SubStatus[0]
		}
		return response, answer, fault
	}
	return response, answer, nil
}

// enter counts an operation, unless the Enrol is closed.
func (e *Enrol) enter() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return false
	}
	e.running.Add(1)
	return true
}

// ended returns why an operation ended without an answer.
func ended(err error) *signup.Error {
	fault := &signup.Error{Code: signup.Busy, Err: err}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		fault.Message = "the operation timed out, and may have taken effect"
	case errors.Is(err, context.Canceled):
		fault.Message = "the caller cancelled the operation, which may have taken effect"
	case errors.Is(err, module.ErrTrapped), errors.Is(err, module.ErrHung):
		fault.Code, fault.Message = signup.InternalError, "the operation was lost, and may have taken effect"
	default:
		fault.Message = "the operation could not begin"
	}
	return fault
}
