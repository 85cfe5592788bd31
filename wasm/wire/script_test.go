package wire_test

import (
	"errors"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup"
)

// script is a signup.Host that returns the answers that the test sets, and
// records its requests.
type script struct {
	err     error
	now     int64
	entropy []byte
	values  []kv.Value
	applied bool
	entries []kv.Entry
	answer  string
	key     []byte

	asked []any
}

func (s *script) note(what ...any) { s.asked = append(s.asked, what...) }

func (s *script) Now() (int64, error) { return s.now, s.err }

func (s *script) Entropy(n int) ([]byte, error) {
	s.note(n)
	return s.entropy, s.err
}

func (s *script) Get(keys []string) ([]kv.Value, error) {
	s.note(keys)
	return s.values, s.err
}

func (s *script) Commit(batch kv.Batch) (bool, error) {
	s.note(batch)
	return s.applied, s.err
}

func (s *script) Scan(prefix, after string, limit int) ([]kv.Entry, error) {
	s.note(prefix, after, limit)
	return s.entries, s.err
}

func (s *script) Audit(event signup.AuditEvent) error {
	s.note(event)
	return s.err
}

func (s *script) Call(call signup.ServiceCall) (string, error) {
	s.note(call)
	return s.answer, s.err
}

func (s *script) DeriveKey(params signup.KDFParams, password, salt []byte) ([]byte, error) {
	s.note(params, string(password), string(salt))
	return s.key, s.err
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
