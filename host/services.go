package host

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// Service is the function of a named service. MessageService, CallbackService and
// ValidationService make one of a function with typed arguments. It receives what
// an endpoint would: a JSON object in call.Body, and the same headers. A delivery is
// repeated until the service returns no error, and call.Headers.ID stays the
// same.
//
// A validation service answers {"is_valid":true}, or {"is_valid":false,
// "sub_status":["E…"]}, in at most 64 KiB; the answers of other services are
// ignored. The context ends after 30 seconds; then the call has failed, even if
// the service continues. ServiceDown, ServiceRefused and ServiceFinal return
// errors that state what a failure means for other events. The text of an error
// reaches logs and the store, redacted: it must not contain secrets.
type Service func(ctx context.Context, call signup.ServiceCall) (answer string, err error)

const callTimeout = signup.MaxCallSeconds * time.Second

// services are the services that an Enrol can call.
type services struct {
	functions map[string]Service
	endpoints *endpoints
	stopping  context.Context // ends when no more deliveries begin
	halted    context.Context // ends when running ones are cancelled

	stopBeginning context.CancelFunc
	halt          context.CancelFunc
}

func newServices(functions map[string]Service) services {
	s := services{functions: maps.Clone(functions), endpoints: newEndpoints()}
	s.stopping, s.stopBeginning = context.WithCancel(context.Background())
	s.halted, s.halt = context.WithCancel(context.Background())
	return s
}

// stop starts no more deliveries, and cancels running ones after a grace
// period.
func (s services) stop(grace time.Duration) {
	s.stopBeginning()
	time.AfterFunc(grace, s.halt)
}

// errStopped gives an event back, without a try counted.
var errStopped = &signup.CallError{Kind: signup.CallStopped, Reason: "the host is stopping"}

// deliver calls a service and ignores its answer. It ends early when the host
// stops.
func (s services) deliver(ctx context.Context, call signup.ServiceCall) error {
	if s.stopping.Err() != nil {
		return errStopped
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.halted, cancel)()
	_, err := s.call(ctx, call, false)
	if err != nil && s.halted.Err() != nil {
		return errStopped
	}
	return err
}

// missingService returns an error if nobody provides a service of the
// configuration.
func missingService(configured []string, smtpConn string, provided map[string]Service) error {
	var missing []string
	example := ""
	for _, name := range configured {
		if provided[name] != nil || ssoconf.IsServiceURL(name) {
			continue
		}
		missing = append(missing, strconv.Quote(name))
		if example == "" {
			example = name
		}
	}
	if len(missing) == 0 {
		return nil
	}
	if example == ssoconf.SMTPService && !strings.Contains(smtpConn, ":") { // a URL may hold a password
		example = smtpConn
	}
	return fmt.Errorf("sso.conf names services that this program does not provide: %s: add a function of that name for each, "+
		"or its URL in the section [enrol_services], with a line such as %s=https://example.com/enrol", strings.Join(missing, ", "), example)
}

// unnamedServices returns a notice for each function that the configuration does
// not name. It is no error: events that were written for it may be left.
func unnamedServices(configured []string, provided map[string]Service) (notices []ssoconf.Notice) {
	for _, name := range slices.Sorted(maps.Keys(provided)) {
		if name == ssoconf.SMTPService || slices.Contains(configured, name) {
			continue // commands always have the first
		}
		notices = append(notices, ssoconf.Notice{Message: "this program has the service " + strconv.Quote(name) + ", which gets only events " +
			"that were written while the sso.conf named it: name it in main.email_service, signup.callback_service_list or " +
			"user_validation.service without a URL in [enrol_services], or remove it once those events are delivered"})
	}
	return notices
}

// call calls a service. It reads the answer only on request.
func (s services) call(ctx context.Context, call signup.ServiceCall, wanted bool) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if ssoconf.IsServiceURL(call.Service) {
		return s.endpoints.post(ctx, call, wanted)
	}
	function := s.functions[call.Service]
	if function == nil {
		return "", errors.New("there is no such service any more")
	}
	type result struct {
		answer string
		err    error
	}
	done := make(chan result, 1)
	go func() {
		defer func() {
			if recover() != nil {
				done <- result{err: errors.New("the service panicked")}
			}
		}()
		answer, err := function(ctx, call)
		done <- result{answer, err}
	}()
	select {
	case r := <-done:
		if r.err != nil || !wanted {
			return "", r.err
		}
		return readable(r.answer)
	case <-ctx.Done():
		return "", ServiceDown("the service took too long", 0)
	}
}

// maxAnswer bounds the answer of a service, in bytes.
const maxAnswer = 64 << 10

// readable returns the answer of a service for the core, and an error if it is
// not UTF-8.
func readable(answer string) (string, error) {
	if len(answer) > maxAnswer {
		return "", fmt.Errorf("the service answered with more than %d bytes", maxAnswer)
	}
	if !utf8.ValidString(answer) {
		return "", nil
	}
	return answer, nil
}
