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

// dispatchTimeout bounds one run of dispatch, which calls several services.
const dispatchTimeout = 10 * time.Minute

// eventful are the operations that may leave something to deliver.
var eventful = []string{"signup", "confirm", "resend", "approve", "reject", "retry"}

// Run runs an operation as JSON: a request in, a response out, both as package
// signup describes them. It always answers; a fault of any kind is in the
// answer. The first result is the part that all responses share.
func (e *Enrol) Run(ctx context.Context, operation string, request []byte) (signup.Response, []byte) {
	response, answer, err := e.perform(ctx, operation, request)
	if err == nil || answer != nil {
		return response, answer
	}
	var fault *signup.Error
	if !errors.As(err, &fault) {
		fault = &signup.Error{Code: signup.InternalError, Message: err.Error()}
	}
	response = signup.Response{
		CID:       NewCID(),
		Status:    signup.StatusError,
		SubStatus: []signup.Code{fault.Code},
		Fault:     fault.Message,
	}
	if fault.Err != nil {
		response.Fault += ": " + fault.Err.Error()
	}
	answer, _ = json.Marshal(response) // texts only
	return response, answer
}

// NewCID returns a correlation id: 24 random lower-case hexadecimal digits.
func NewCID() string {
	var random [12]byte
	rand.Read(random[:])
	return hex.EncodeToString(random[:])
}

// perform runs an operation. An answer with a fault comes with an error too.
func (e *Enrol) perform(ctx context.Context, operation string, request []byte) (signup.Response, []byte, error) {
	var response signup.Response
	if !e.enter() {
		return response, nil, &signup.Error{Code: signup.Busy, Message: "the service is shutting down"}
	}
	defer e.underWay.Done()
	timeout := e.options.Timeout
	if operation == "dispatch" {
		timeout = dispatchTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	answer, err := e.runner.run(ctx, operation, request, &effects{Enrol: e, ctx: ctx})
	if err != nil {
		return response, nil, ended(err)
	}
	if err := json.Unmarshal(answer, &response); err != nil {
		return response, nil, &signup.Error{Code: signup.InternalError, Message: operation + ": the module's answer cannot be read"}
	}
	if response.Fault != "" {
		return response, answer, &signup.Error{Code: response.SubStatus[0], Message: response.Fault}
	}
	if response.OK() && slices.Contains(eventful, operation) {
		e.courier.wake()
	}
	return response, answer, nil
}

// enter counts an operation, unless no more are accepted.
func (e *Enrol) enter() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return false
	}
	e.underWay.Add(1)
	return true
}

// ended says why an operation ended without an answer.
func ended(err error) *signup.Error {
	fault := &signup.Error{Code: signup.Busy, Err: err}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		fault.Message = "the operation took too long, and may have happened all the same"
	case errors.Is(err, context.Canceled):
		fault.Message = "the caller gave the operation up, and it may have happened all the same"
	case errors.Is(err, module.ErrTrapped), errors.Is(err, module.ErrHung):
		fault.Code, fault.Message = signup.InternalError, "the operation was lost, and may have happened all the same"
	default:
		fault.Message = "the operation could not begin"
	}
	return fault
}
