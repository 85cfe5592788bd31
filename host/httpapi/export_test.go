package httpapi

import (
	"net"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/host/internal/openapi"
)

// LimitTo is Limit with other bounds.
func LimitTo(listener net.Listener, most, reserve int, shortIdle time.Duration) net.Listener {
	return limit(listener, most, reserve, shortIdle)
}

// SetClock changes the time of handlers that New makes during a test.
func SetClock(t *testing.T, now func() time.Time) {
	before := clock
	clock = now
	t.Cleanup(func() { clock = before })
}

// RequestOf returns the request that the core receives for a body.
func RequestOf(body string) (request string, ok bool) {
	members, err := split(body)
	if err != nil {
		return "", false
	}
	return string(requestOf(members, callDefaults{})), true
}

// KnownMembers returns the members that a body of an operation may have.
func KnownMembers(operation string) []string { return knownMembers[operation] }

// Routes returns the paths with their methods.
func Routes() map[string][]string {
	served := map[string][]string{}
	for path, route := range routes {
		served[path] = route.serve.names()
	}
	return served
}

// Refusals returns the refusals of the description.
func Refusals() []openapi.Refusal { return refusals }
