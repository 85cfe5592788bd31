//go:build postgres

package postgres_test

import (
	"strings"
	"syscall"
	"testing"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/signup"
)

// A server in Go gets a new secret key before the engine in JavaScript has it.
func TestGoWaitsWithANewKeyForJavaScript(t *testing.T) {
	t.Parallel()
	database, _ := shared.database(t)
	store := shared.URL(database)
	before, after := host.NewSecretKey(), signup.FormatKey("new", []byte(strings.Repeat("n", 32)))
	dir := t.TempDir()
	inJS := startJSHost(t, before, store, 1000)
	mustSignUp(t, inJS, "jane")

	const waiting = "does not move to the new secret key yet"
	inGo := serve(t, dir, store, after, before)
	wait(t, "Go waits for JavaScript", func() bool { return strings.Contains(inGo.said(), waiting) })
	inGo.signUp("ada")
	mustSignUp(t, inJS, "june") // with the old key alone
	if said := inGo.said(); strings.Count(said, waiting) != 1 || !strings.Contains(said, "processes=1") {
		t.Errorf("the log says: %s", said)
	}

	inJS.close()
	both := startJSHost(t, before+","+after, store, 1000)
	inGo.end(syscall.SIGTERM) // the other way is to wait for a minute
	inGo = serve(t, dir, store, after, before)
	wait(t, "the move", func() bool { return strings.Contains(inGo.said(), "the store uses one secret key alone") })
	if said := inGo.said(); strings.Contains(said, waiting) {
		t.Errorf("it waited for a host that has left: %s", said)
	}
	mustSignUp(t, both, "judy")
	inGo.signUp("eve")

	people := []string{"jane", "ada", "june", "judy", "eve"}
	for _, username := range people {
		a, err := both.call("get", map[string]any{"username": username})
		if err != nil || a.Answer.User.Email != username+"@example.com" {
			t.Errorf("JavaScript reads %s: got (%+v, %v)", username, a.Answer, err)
		}
		if said, err := enrol(t, dir, store, "", "get", "--native", "--username", username); err != nil || !strings.Contains(said, `"`+username+`@example.com"`) {
			t.Errorf("Go reads %s: got (%s, %v)", username, said, err)
		}
	}
	if said, err := enrol(t, dir, store, "", "fsck"); err != nil {
		t.Errorf("fsck while both serve: %v: %s", err, said)
	}
}

func mustSignUp(t *testing.T, h *jsHost, username string) {
	t.Helper()
	if codes, err := h.signUp(t, username, username+"@example.com"); err != nil || codes != nil {
		t.Fatalf("signup of %s: got (%v, %v)", username, codes, err)
	}
}
