package wire_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/signuptest"
	"github.com/enrol-sso/enrol/wasm/wire"
)

// answers returns a host that returns the same answer for every effect.
func answers(answer string) signup.Host {
	return wire.Host(func(string, []byte) []byte { return []byte(answer) })
}

// TestInvalidAnswersFailEveryEffect also checks that no invalid answer counts
// as a commit that was not applied.
func TestInvalidAnswersFailEveryEffect(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{
		"", " ", "null", "true", "1", `"text"`, "[]", "[{}]", "{", "{}}", `{"error":`, "{} {}",
		"\xef\xbb\xbf{}", `{"error":1}`, `{"error":{}}`, `{"error":["no"]}`,
		"{\"error\":\"\xff\"}", "{\"unix_ms\":1,\"x\":\"\xc3\x28\"}", "\xff",
	} {
		for effect, err := range each(answers(answer)) {
			if err == nil {
				t.Errorf("%s accepts %q", effect, answer)
			}
			if errors.Is(err, kv.ErrUnknown) != (effect == "kv_commit") {
				t.Errorf("%s, given %q: %v", effect, answer, err)
			}
		}
	}
}

func TestAnswersOfWrongShapeFailTheirEffect(t *testing.T) {
	t.Parallel()
	for effect, list := range map[string][]string{
		"now":     {`{}`, `{"unix_ms":null}`, `{"unix_ms":"1"}`, `{"unix_ms":1.5}`, `{"unix_ms":1e30}`, `{"unix_ms":[1]}`},
		"entropy": {`{}`, `{"entropy":null}`, `{"entropy":1}`, `{"entropy":"AA="}`, `{"entropy":"+/8A"}`, `{"entropy":"A"}`, `{"entropy":"AB"}`, `{"entropy":["AA"]}`},
		"kv_get": {
			`{}`, `{"values":null}`, `{"values":{}}`, `{"values":[1,2]}`, `{"values":["a",null]}`, `{"values":[{},null]}`,
			`{"values":[{"version":"","data":"d"},null]}`, `{"values":[{"version":7,"data":"d"},null]}`, `{"values":[{"data":"d"},null]}`,
			`{"values":[{"version":"7"},null]}`, `{"values":[{"version":"7","data":null},null]}`,
		},
		"kv_commit": {
			`{}`, `{"applied":1}`, `{"applied":"true"}`, `{"applied":null}`, `{"applied":[]}`, `{"failed":["k"]}`,
			`{"unknown":null}`, `{"unknown":1}`, `{"unknown":1,"applied":true}`, `{"unknown":"why","applied":true}`,
		},
		"kv_scan": {
			`{}`, `{"entries":null}`, `{"entries":{}}`, `{"entries":[1]}`, `{"entries":[null]}`, `{"entries":[{"version":"1","data":"d"}]}`,
			`{"entries":[{"key":"k","data":"d"}]}`, `{"entries":[{"key":"","version":"1","data":"d"}]}`, `{"entries":[{"key":"k","version":"1"}]}`,
		},
		"callback": {`{}`, `{"body":null}`, `{"body":{}}`, `{"body":1}`},
		"kdf":      {`{}`, `{"unsupported":false}`, `{"unsupported":1}`, `{"retry_after":0}`, `{"retry_after":-1}`, `{"retry_after":"3"}`, `{"key":1}`, `{"key":null}`, `{"key":"k="}`},
	} {
		for _, answer := range list {
			err := each(answers(answer))[effect]
			if err == nil {
				t.Errorf("%s accepts %s", effect, answer)
			}
			if errors.Is(err, kv.ErrUnknown) != (effect == "kv_commit") {
				t.Errorf("%s, given %s: %v", effect, answer, err)
			}
		}
	}
}

func TestErrorInAnAnswerOverridesOtherMembers(t *testing.T) {
	t.Parallel()
	for effect, err := range each(answers(`{"error":"no","unix_ms":1,"entropy":1,"values":1,"applied":true,"entries":1,"body":1,"key":1,"unknown":"?"}`)) {
		if err == nil || err.Error() != "no" {
			t.Errorf("%s: %v", effect, err)
		}
	}
}

func TestUnknownMembersAreIgnored(t *testing.T) {
	t.Parallel()
	more := `"more":[{}],"x":null,"error":null}`
	for effect, answer := range map[string]string{
		"now":       `{"unix_ms":1,` + more,
		"entropy":   `{"entropy":"AAAA",` + more,
		"kv_get":    `{"values":[null,{"version":"1","data":"","more":1}],` + more,
		"kv_commit": `{"applied":true,` + more,
		"kv_scan":   `{"entries":[],` + more,
		"audit":     `{` + more,
		"callback":  `{"body":"",` + more,
		"kdf":       `{"key":"AA",` + more,
	} {
		if err := each(answers(answer))[effect]; err != nil {
			t.Errorf("%s: %v", effect, err)
		}
	}
}

func TestInvalidRequestsAreNotPerformed(t *testing.T) {
	t.Parallel()
	for _, effect := range wire.Effects() {
		if effect == wire.Now {
			continue // has no members
		}
		for _, request := range []string{"", "null", "[]", "{", `"x"`, "1"} {
			host := signuptest.New()
			answer := string(wire.Perform(host, effect, []byte(request)))
			if !strings.HasPrefix(answer, `{"error":"`) || len(host.Effects()) > 0 {
				t.Errorf("%s, asked %q: %s, %v", effect, request, answer, host.Effects())
			}
		}
	}
	for effect, request := range map[string]string{
		wire.Entropy:  `{"bytes":"3"}`,
		wire.Get:      `{"keys":"a"}`,
		wire.Commit:   `{"checks":[1]}`,
		wire.Scan:     `{"limit":"many"}`,
		wire.Audit:    `{"cid":1}`,
		wire.Callback: `{"body":{}}`,
		wire.KDF:      `{"password":"="}`,
	} {
		host := signuptest.New()
		if answer := string(wire.Perform(host, effect, []byte(request))); !strings.HasPrefix(answer, `{"error":"`) || len(host.Effects()) > 0 {
			t.Errorf("%s, asked %s: %s, %v", effect, request, answer, host.Effects())
		}
	}
}

// TestEntropyIsBounded protects the host from a broken module.
func TestEntropyIsBounded(t *testing.T) {
	t.Parallel()
	for _, request := range []string{`{"bytes":-1}`, `{"bytes":1000000000000}`, `{"bytes":65537}`} {
		host := signuptest.New()
		if answer := string(wire.Perform(host, wire.Entropy, []byte(request))); !strings.HasPrefix(answer, `{"error":"`) || len(host.Effects()) > 0 {
			t.Errorf("%s: %s", request, answer)
		}
	}
}
