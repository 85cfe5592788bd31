//go:build differential

package idna

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/signuptest"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// core compares addresses through the core's operations alone: equal addresses
// have the same key under which verify reads the owner.
type core struct {
	t       testing.TB
	engine  *signup.Engine
	host    *signuptest.Host
	nowhere string // the key of an invalid address
}

const conf = `
[apps]
signup_allowed=CRM
[signup]
max_length_email=254
[user_validation]
reject_email=
`

func newCore(t testing.TB) *core {
	t.Helper()
	config, _, err := ssoconf.Parse(conf)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := signup.ParseKeys(signup.FormatKey("k1", make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	c := &core{t: t, engine: signup.New(config, keys), host: signuptest.New()}
	c.run("open", struct{}{})
	c.nowhere = c.key("@")
	return c
}

// key returns the key under which verify reads the owner of an address.
func (c *core) key(address string) string {
	c.t.Helper()
	c.host.Forget()
	c.run("verify", map[string]string{"email": address, "password": "x", "current_app": "CRM"})
	key := ""
	for _, effect := range c.host.Effects() {
		for _, k := range effect.Keys {
			if strings.HasPrefix(k, "mail/") {
				key = k // the last one is the address's
			}
		}
	}
	if key == "" {
		c.t.Fatalf("%q is not looked for", address)
	}
	return key
}

// accepts reports whether signup accepts an address.
func (c *core) accepts(address string) bool {
	c.t.Helper()
	return c.run("validate", map[string]any{"ctx": map[string]string{"email": address}}).OK()
}

func (c *core) run(operation string, request any) signup.Response {
	c.t.Helper()
	data, err := json.Marshal(request)
	if err != nil {
		c.t.Fatal(err)
	}
	var response signup.Response
	if err := json.Unmarshal(c.engine.Run(operation, c.host, data), &response); err != nil || response.Fault != "" || response.Field != "" {
		c.t.Fatalf("%s of %s: %+v, %v", operation, data, response, err)
	}
	return response
}
