package wire

import (
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// The requests and answers of effects. In an answer, given reports whether its
// required member is present.

type nothing struct{}

func (nothing) members(*strictjson.Members) {}

// failure is the answer of a failed effect. Only callback has kind and
// retryAfter.
type failure struct {
	given      bool
	text       string
	kind       signup.CallFailure
	retryAfter int
}

func (f *failure) members(m *strictjson.Members) {
	if f.given = m.Has("error"); m.Reading() && !f.given {
		return
	}
	m.String("error", &f.text)
	m.Optional().String("kind", (*string)(&f.kind))
	m.Optional().Int("retry_after", &f.retryAfter)
}

type nowAnswer struct {
	given  bool
	unixMS int64
}

func (a *nowAnswer) members(m *strictjson.Members) {
	a.given = m.Has("unix_ms")
	m.Int64("unix_ms", &a.unixMS)
}

type entropyRequest struct{ bytes int }

func (r *entropyRequest) members(m *strictjson.Members) { m.Int("bytes", &r.bytes) }

type entropyAnswer struct{ entropy []byte }

func (a *entropyAnswer) members(m *strictjson.Members) { m.Bytes("entropy", &a.entropy) }

type getRequest struct{ keys []string }

func (r *getRequest) members(m *strictjson.Members) { m.Strings("keys", &r.keys) }

// getAnswer has a null for each absent key.
type getAnswer struct{ values []value }

func (a *getAnswer) members(m *strictjson.Members) {
	strictjson.List(m, "values", &a.values, (*value).members)
}

// value is a kv.Value, or absent if it is null. A null is not visited.
type value struct {
	kv.Value
	there bool
	given bool
}

func (v *value) members(m *strictjson.Members) {
	v.there, v.given = true, m.Has("data")
	if m.Null(v.Version == "") {
		return
	}
	m.String("version", &v.Version)
	m.String("data", &v.Data)
}

type commitRequest struct{ kv.Batch }

func (r *commitRequest) members(m *strictjson.Members) {
	strictjson.List(m, "checks", &r.Checks, func(c *kv.Check, m *strictjson.Members) {
		m.String("key", &c.Key)
		m.String("version", &c.Version)
	})
	strictjson.List(m, "puts", &r.Puts, func(p *kv.Put, m *strictjson.Members) {
		m.String("key", &p.Key)
		m.String("data", &p.Data)
	})
	m.Strings("deletes", &r.Deletes)
}

// commitAnswer reports whether a commit was applied, or why the host does not
// know.
type commitAnswer struct {
	applied *bool
	unknown *string
}

func (a *commitAnswer) members(m *strictjson.Members) {
	m.MaybeBool("applied", &a.applied)
	m.MaybeString("unknown", &a.unknown)
}

type scanRequest struct {
	prefix, after string
	limit         int
}

func (r *scanRequest) members(m *strictjson.Members) {
	m.String("prefix", &r.prefix)
	m.String("after", &r.after)
	m.Int("limit", &r.limit)
}

type scanAnswer struct{ entries []entry }

func (a *scanAnswer) members(m *strictjson.Members) {
	strictjson.List(m, "entries", &a.entries, (*entry).members)
}

type entry struct {
	kv.Entry
	given bool
}

func (e *entry) members(m *strictjson.Members) {
	e.given = m.Has("data")
	m.String("key", &e.Key)
	m.String("version", &e.Version)
	m.String("data", &e.Data)
}

type auditRequest struct{ signup.AuditEvent }

func (r *auditRequest) members(m *strictjson.Members) { r.AuditEvent.Members(m) }

type callbackRequest struct{ signup.ServiceCall }

func (r *callbackRequest) members(m *strictjson.Members) {
	m.String("service", &r.Service)
	m.Object("headers", func(m *strictjson.Members) {
		m.String("webhook-id", &r.Headers.ID)
		m.String("webhook-timestamp", &r.Headers.Timestamp)
		m.String("webhook-signature", &r.Headers.Signature)
	})
	m.String("body", &r.Body)
}

type callbackAnswer struct {
	given bool
	body  string
}

func (a *callbackAnswer) members(m *strictjson.Members) {
	a.given = m.Has("body")
	m.String("body", &a.body)
}

// kdfRequest is signup.KDFParams with the password and the salt.
type kdfRequest struct {
	signup.KDFParams
	password, salt []byte
}

func (r *kdfRequest) members(m *strictjson.Members) {
	m.String("algorithm", &r.Algorithm)
	m.Optional().Int("memory", &r.Memory)
	m.Int("iterations", &r.Iterations)
	m.Optional().Int("parallelism", &r.Parallelism)
	m.Optional().Int("block", &r.BlockSize)
	m.Int("length", &r.Length)
	m.Bytes("password", &r.password)
	m.Bytes("salt", &r.salt)
}

type kdfAnswer struct {
	key         []byte
	unsupported bool
	retryAfter  int
}

func (a *kdfAnswer) members(m *strictjson.Members) {
	m.Optional().Bytes("key", &a.key)
	m.Optional().Bool("unsupported", &a.unsupported)
	m.Optional().Int("retry_after", &a.retryAfter)
}
