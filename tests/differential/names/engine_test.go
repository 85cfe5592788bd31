//go:build differential

package names

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/signuptest"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// engine is the core, with a host that records which name verify looks for and
// which password it hashes.
type engine struct {
	*signup.Engine
	host     *signuptest.Host
	password string
}

func newEngine(t *testing.T) *engine {
	t.Helper()
	config, _, err := ssoconf.Parse("[apps]\nsignup_allowed=CRM\n")
	if err != nil {
		t.Fatal(err)
	}
	keys, err := signup.ParseKeys(signup.FormatKey("k1", make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	e := &engine{Engine: signup.New(config, keys), host: signuptest.New()}
	e.host.Derive = func(params signup.KDFParams, password, salt []byte) ([]byte, error) {
		e.password = string(password)
		return signuptest.QuickKey(params, password, salt)
	}
	e.Run("open", e.host, []byte("{}"))
	return e
}

// normalise returns the canonical form of a username and the form in which the
// same text is hashed as a password, "" for what is refused.
func (e *engine) normalise(text string) (name, password string) {
	e.host.Forget()
	e.password = ""
	request, err := json.Marshal(map[string]string{"username": text, "password": text})
	if err != nil {
		panic(err)
	}
	e.Run("verify", e.host, request)
	for _, effect := range e.host.Effects() {
		for _, key := range effect.Keys {
			if n, ok := strings.CutPrefix(key, "name/"); ok && n != "@" {
				name = n
			}
		}
	}
	return name, e.password
}
