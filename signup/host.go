package signup

import (
	"errors"
	"fmt"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/effects"
)

// Host is everything that the core needs from outside. One Host serves one run
// of one operation. The engine calls its methods one after another, never
// concurrently.
//
// An error means that the effect failed, and fails the operation. Its text is
// for the operator and MUST NOT contain secrets. kv.Store specifies Get, Commit
// and Scan.
type Host interface {
	Get(keys []string) ([]kv.Value, error)
	Commit(batch kv.Batch) (applied bool, err error)
	Scan(prefix, after string, limit int) ([]kv.Entry, error)

	// Entropy returns n bytes from a cryptographically secure source. It is
	// the only source of randomness of an operation.
	Entropy(n int) ([]byte, error)

	// Now returns the time in milliseconds since 1970-01-01T00:00:00Z.
	Now() (int64, error)

	// Audit appends one event to the audit trail. If the trail must survive a
	// crash, the event is durable before Audit returns.
	Audit(event AuditEvent) error

	// Call calls a service by name or URL and returns its answer. It MUST give
	// up after MaxCallSeconds. An error SHOULD be a *CallError, which
	// reports whether the service is down or refused this one call.
	Call(call ServiceCall) (answer string, err error)

	// DeriveKey hashes a password with params. A host that is not faster than
	// the core's own code returns ErrNoKDF. A host with too many passwords
	// waiting to be hashed returns a *BusyError at once.
	DeriveKey(params KDFParams, password, salt []byte) ([]byte, error)
}

// MaxCallSeconds is the longest time that one Call may take. The lease of an
// event is longer.
const MaxCallSeconds = 30

// ErrNoKDF means that the host leaves password hashing to the core.
var ErrNoKDF = errors.New("signup: the host has no key derivation of its own")

// BusyError means that the host refuses to hash a password now, because too
// many others are waiting. The operation fails with Busy, and the caller may
// try again.
type BusyError struct {
	RetryAfter int // seconds, at least 1
}

// Error returns the message on one line.
func (e *BusyError) Error() string {
	return fmt.Sprintf("signup: too many passwords wait to be hashed, try again in %d s", e.RetryAfter)
}

// AuditEvent is one entry of the audit trail. It has ids of accounts, never
// names or addresses. Empty members are omitted. Its fields:
//
//	CID         string
//	Op          string
//	CurrentUser string
//	TargetUser  string
//	Result      string     "ok" or "error"
//	Extra       AuditExtra
type AuditEvent = effects.AuditEvent

// AuditExtra is additional data of an audit entry. Its fields:
//
//	CurrentApp string
//	RemoteAddr string joined with ";"
//	SubStatus  []Code the true codes, whether the caller learns them or not
//	Search     *AuditSearch of a search; else nil
type AuditExtra = effects.AuditExtra

// AuditSearch is what the audit entry of a search has: never what was searched
// for. Its fields:
//
//	Fields []string the members that the request searched by
//	Found  int      how many the answer shows
type AuditSearch = effects.AuditSearch

// ServiceCall is a call of a service. Headers and body must be sent unchanged,
// because the signature covers them. Its fields:
//
//	Service string
//	Headers WebhookHeaders
//	Body    string a JSON object
type ServiceCall = effects.ServiceCall

// WebhookHeaders are the headers of Standard Webhooks 1.0. ID stays the same
// for repeated deliveries of an event. Its fields:
//
//	ID        string
//	Timestamp string seconds since 1970
//	Signature string
type WebhookHeaders = effects.WebhookHeaders
