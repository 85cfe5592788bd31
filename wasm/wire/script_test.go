package wire_test

import (
	"bytes"
	"context"
	"errors"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/signuptest"
)

// script has the answers of a host that a test sets.
type script struct {
	now     int64
	entropy []byte
	values  []kv.Value
	applied bool
	entries []kv.Entry
	answer  string
	key     []byte
	err     error // of every effect
}

// host returns a host with these answers.
func (s script) host() *signuptest.Host {
	host := signuptest.New()
	host.Store = scriptedStore{script: s}
	host.Clock.Set(s.now)
	host.Random = bytes.NewReader(s.entropy)
	host.Services = func(signup.ServiceCall) (string, error) { return s.answer, nil }
	host.Derive = func(signup.KDFParams, []byte, []byte) ([]byte, error) { return s.key, nil }
	if s.err != nil {
		host.Around = func(_ signuptest.Effect, perform func() error) error {
			perform()
			return s.err
		}
	}
	return host
}

// scriptedStore returns the answers of a script, whatever it is asked.
type scriptedStore struct {
	kv.Store
	script script
}

func (s scriptedStore) Get(context.Context, []string) ([]kv.Value, error) {
	return s.script.values, nil
}

func (s scriptedStore) Commit(context.Context, kv.Batch) (bool, error) { return s.script.applied, nil }

func (s scriptedStore) Scan(context.Context, string, string, int) ([]kv.Entry, error) {
	return s.script.entries, nil
}

var errDisk = errors.New("the disk is full")

// Examples of requests of effects.
var (
	batch = kv.Batch{
		Checks:  []kv.Check{{Key: "name/ada", Version: "7"}, {Key: "user/1"}},
		Puts:    []kv.Put{{Key: "user/1", Data: `{"v":1,"name":"<Ada> & \"co\" 🙂"}`}},
		Deletes: []string{"token/x"},
	}
	event = signup.AuditEvent{
		CID: "c", Op: "user.signup", TargetUser: "u", Result: "error",
		Extra: signup.AuditExtra{CurrentApp: "CRM", RemoteAddr: "127.0.0.1;::1", SubStatus: []signup.Code{"E001002"}},
	}
	call = signup.ServiceCall{
		Service: "https://example.com/?a=1&b=2",
		Headers: signup.WebhookHeaders{ID: "id", Timestamp: "1790000000", Signature: "v1,c2ln"},
		Body:    `{"type":"user.signup"}`,
	}
	argon = signup.KDFParams{Algorithm: "argon2id", Memory: 19456, Iterations: 2, Parallelism: 1, Length: 32}
	pbkdf = signup.KDFParams{Algorithm: "pbkdf2-sha512", Iterations: 120000, Length: 64}
)

// each performs every effect once on a host, and returns the errors by effect.
func each(host signup.Host) map[string]error {
	errs := map[string]error{}
	_, errs["now"] = host.Now()
	_, errs["entropy"] = host.Entropy(3)
	_, errs["kv_get"] = host.Get([]string{"a", "b"})
	_, errs["kv_commit"] = host.Commit(batch)
	_, errs["kv_scan"] = host.Scan("outbox/", "", 100)
	errs["audit"] = host.Audit(event)
	_, errs["callback"] = host.Call(call)
	_, errs["kdf"] = host.DeriveKey(argon, []byte("secret"), []byte("salt"))
	return errs
}
