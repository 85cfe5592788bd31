package postgres

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/kv"
)

func TestTheGuardIsAParameterOfTheURL(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		url, rest string
		guard     guard
		refused   bool
	}{
		{"postgres://h/d", "postgres://h/d", advisory, false},
		{"postgres://h/d?guard=serializable", "postgres://h/d", serializable, false},
		{"postgres://h/d?sslmode=require&guard=advisory&pool_max_conns=3", "postgres://h/d?sslmode=require&pool_max_conns=3", advisory, false},
		{"postgres://h/d?guard=none", "", "", true},
	} {
		guard, rest, err := takeGuard(test.url)
		if guard != test.guard || rest != test.rest || (err != nil) != test.refused {
			t.Errorf("%s: got (%s, %s, %v)", test.url, guard, rest, err)
		}
	}
}

func TestAnErrorAboutAURLDoesNotRepeatIt(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"secret", "mysql://u:secret@h/d", "postgres://u:secret@h:port/d", "postgres://u:sec%ret@h/d", "postgres://u:secret @h/d",
		"postgres://u:secret@h/d?sslmode=perhaps", "postgres://u@h/d?password=secret&pool_max_conns=none", "postgres://u:secret@h/d?guard=secret",
		"postgres://u:secret@h/d?sslmode=verify-full&sslrootcert=/nowhere",
	} {
		_, err := Open(t.Context(), url, Options{})
		accepted := strings.Contains(url, " ") // by pgx: there is no host of that name
		if err == nil || errors.Is(err, kv.ErrURL) == accepted || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "sec%ret") {
			t.Errorf("%s: got %v", url, err)
		}
	}
}

func TestTimeoutsHaveARange(t *testing.T) {
	t.Parallel()
	for _, options := range []Options{{LockTimeout: -1}, {StatementTimeout: time.Microsecond}, {LockTimeout: 25 * time.Hour}} {
		if _, err := Open(t.Context(), "postgres://127.0.0.1:1/d", options); err == nil || !strings.Contains(err.Error(), "timeout") {
			t.Errorf("%+v: got %v", options, err)
		}
	}
}
