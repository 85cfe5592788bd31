//go:build differential

package idna

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
)

// core asks the core what it makes of addresses, through its operations alone:
// the key under which verify looks for the owner of an address is the same for
// addresses that are the same.
type core struct {
	t       testing.TB
	engine  *signup.Engine
	store   *memory.Store
	looked  string // the last key of an address
	nowhere string // that of what is no address
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
	config, _, err := signup.ParseConfig(conf)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := signup.ParseKeys(signup.FormatKey("k1", make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	c := &core{t: t, engine: signup.New(config, keys), store: memory.New()}
	c.run("open", struct{}{})
	c.nowhere = c.key("@")
	return c
}

// key returns where the owner of an address is looked for.
func (c *core) key(address string) string {
	c.t.Helper()
	c.looked = ""
	c.run("verify", map[string]string{"email": address, "password": "x", "current_app": "CRM"})
	if c.looked == "" {
		c.t.Fatalf("%q is not looked for", address)
	}
	return c.looked
}

// accepts says whether a signup with an address would be accepted.
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
	if err := json.Unmarshal(c.engine.Run(operation, c, data), &response); err != nil || response.Fault != "" || response.Field != "" {
		c.t.Fatalf("%s of %s: %+v, %v", operation, data, response, err)
	}
	return response
}

func (c *core) Get(keys []string) ([]kv.Value, error) {
	for _, key := range keys {
		if strings.HasPrefix(key, "mail/") {
			c.looked = key
		}
	}
	return c.store.Get(c.t.Context(), keys)
}

func (c *core) Commit(batch kv.Batch) ([]string, error) { return c.store.Commit(c.t.Context(), batch) }

func (c *core) Scan(prefix, after string, limit int) ([]kv.Entry, error) {
	return c.store.Scan(c.t.Context(), prefix, after, limit)
}

func (c *core) Entropy(n int) ([]byte, error) { return make([]byte, n), nil }
func (c *core) Now() (int64, error)           { return 1_790_000_000_000, nil }
func (c *core) Audit(signup.AuditEvent) error { return nil }
func (c *core) Call(signup.ServiceCall) (string, error) {
	return "", errors.New("there are no services")
}

// DeriveKey hashes nothing: nobody has an account here.
func (c *core) DeriveKey(params signup.KDFParams, _, _ []byte) ([]byte, error) {
	return make([]byte, params.Length), nil
}
