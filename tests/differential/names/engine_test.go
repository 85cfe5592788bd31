//go:build differential

package names

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
)

// engine is the core, and a host that sees which name verify looks for and
// which password it hashes.
type engine struct {
	*signup.Engine
	store          *memory.Store
	name, password string
}

func newEngine(t *testing.T) *engine {
	t.Helper()
	config, _, err := signup.ParseConfig("[apps]\nsignup_allowed=CRM\n")
	if err != nil {
		t.Fatal(err)
	}
	keys, err := signup.ParseKeys(signup.FormatKey("k1", make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	e := &engine{Engine: signup.New(config, keys), store: memory.New()}
	e.Run("open", e, []byte("{}"))
	return e
}

// normalise returns the canonical form of a username and the form in which the
// same text is hashed as a password, "" for what is refused.
func (e *engine) normalise(text string) (name, password string) {
	e.name, e.password = "", ""
	request, err := json.Marshal(map[string]string{"username": text, "password": text})
	if err != nil {
		panic(err)
	}
	e.Run("verify", e, request)
	return e.name, e.password
}

func (e *engine) Get(keys []string) ([]kv.Value, error) {
	for _, key := range keys {
		if name, ok := strings.CutPrefix(key, "name/"); ok && name != "@" {
			e.name = name
		}
	}
	return e.store.Get(context.Background(), keys)
}

func (e *engine) DeriveKey(params signup.KDFParams, password, _ []byte) ([]byte, error) {
	e.password = string(password)
	return make([]byte, params.Length), nil
}

func (e *engine) Commit(batch kv.Batch) ([]string, error) {
	return e.store.Commit(context.Background(), batch)
}

func (e *engine) Scan(prefix, after string, limit int) ([]kv.Entry, error) {
	return e.store.Scan(context.Background(), prefix, after, limit)
}

func (e *engine) Entropy(n int) ([]byte, error) { return make([]byte, n), nil }
func (e *engine) Now() (int64, error)           { return 1_790_000_000_000, nil }
func (e *engine) Audit(signup.AuditEvent) error { return nil }
func (e *engine) Call(call signup.ServiceCall) (string, error) {
	return "", fmt.Errorf("%s was called", call.Service)
}
