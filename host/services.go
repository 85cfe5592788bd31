package host

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/enrol-sso/enrol/signup"
)

// Service is a function behind the name of a service. It is given what an
// endpoint would be sent, as a JSON object in call.Body, and the same headers;
// call.Headers.ID stays the same when a delivery is repeated, which it is
// until the service returns no error.
//
// A validation service answers {"is_valid":true}, or {"is_valid":false,
// "sub_status":["E…"]}; what others answer is not looked at. No answer has more
// than 64 KiB. The context ends after 30 seconds, and the call counts as failed
// then even if the service goes on. The text of an error may reach logs and the
// store: no secrets.
type Service func(ctx context.Context, call signup.ServiceCall) (answer string, err error)

const callTimeout = signup.MaxCallSeconds * time.Second

// services are those that an Enrol can call.
type services struct {
	functions map[string]Service
	endpoints *endpoints
}

func newServices(functions map[string]Service) services {
	return services{functions: maps.Clone(functions), endpoints: newEndpoints()}
}

// missingService is an error for a service of the configuration that nobody
// provides.
func missingService(configured []string, provided map[string]Service) error {
	for _, name := range configured {
		if provided[name] == nil && !isEndpoint(name) {
			return fmt.Errorf("sso.conf names the service %q, which this program does not provide: "+
				"use the URL of an endpoint, or add a function of that name", name)
		}
	}
	return nil
}

func isEndpoint(service string) bool {
	scheme, _, ok := strings.Cut(service, "://")
	return ok && (strings.EqualFold(scheme, "https") || strings.EqualFold(scheme, "http"))
}

func (s services) call(ctx context.Context, call signup.ServiceCall) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if isEndpoint(call.Service) {
		return s.endpoints.post(ctx, call)
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
		if r.err != nil {
			return "", r.err
		}
		return readable(r.answer)
	case <-ctx.Done():
		return "", errors.New("the service took too long")
	}
}

// maxAnswer bounds what a service may answer, in bytes.
const maxAnswer = 64 << 10

// readable is the answer of a service as the core may see it. What is no UTF-8
// is no answer, on every way that it could take from here.
func readable(answer string) (string, error) {
	if len(answer) > maxAnswer {
		return "", fmt.Errorf("the service answered with more than %d bytes", maxAnswer)
	}
	if !utf8.ValidString(answer) {
		return "", nil
	}
	return answer, nil
}
