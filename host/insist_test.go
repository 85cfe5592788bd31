package host

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup"
)

// outdated is a core that refuses one operation, like a module of another
// version that does not accept a member of its request.
type outdated struct {
	runner
	refuses string
}

func (o outdated) run(ctx context.Context, operation string, request []byte, host signup.Host) ([]byte, error) {
	if operation == o.refuses {
		return json.Marshal(signup.Response{CID: "c1", Status: signup.StatusError, SubStatus: []signup.Code{signup.InvalidInput}})
	}
	return o.runner.run(ctx, operation, request, host)
}

// A configuration whose open is refused never comes into force: every operation
// after it would fail because the store was never opened.
func TestRefusedOpenIsAnError(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		i := start(t, native, nil)
		_, err := i.generate(t.Context(), testConf, `{"of_the_future":true}`)
		mustBe(t, err, signup.InvalidInput, "open is refused")
	})
}

func TestRefusedOpenIsNotReady(t *testing.T) {
	i := start(t, true, nil)
	i.current.runner = outdated{i.current.runner, "open"}
	mustNotBeReady(t, i.Enrol, "open is refused (E008002): the module may be of another version than the program")
}

func TestRefusedUpkeepIsLogged(t *testing.T) {
	for _, operation := range []string{"dispatch", "purge", "rekey"} {
		i := start(t, true, nil)
		i.current.runner = outdated{i.current.runner, operation}
		switch operation {
		case "dispatch":
			i.courier.dispatch(signup.DispatchRequest{})
		case "purge":
			i.courier.purge("")
		case "rekey":
			if i.courier.rekey() {
				t.Error("rekey: it counts as done")
			}
		}
		if !strings.Contains(i.log.String(), operation+" is refused (E008002)") {
			t.Errorf("%s: the log has %q", operation, i.log.String())
		}
	}
}

// codeless answers with a fault that has no code.
type codeless struct{ runner }

func (codeless) run(context.Context, string, []byte, signup.Host) ([]byte, error) {
	return []byte(`{"cid":"c1","status":"error","fault":"lost"}`), nil
}

func TestFaultWithoutACodeIsAnError(t *testing.T) {
	i := start(t, true, nil)
	i.current.runner = codeless{i.current.runner}
	_, err := i.Signup(t.Context(), ada())
	mustBe(t, err, signup.InternalError, "lost")
}
