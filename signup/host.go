package signup

import (
	"errors"

	"github.com/enrol-sso/enrol/kv"
)

// Host is everything that the core needs from outside. One Host serves one
// run of one operation; the engine calls its methods one after another, never
// two at once.
//
// An error says that the effect failed, and fails the operation. Its text
// reaches the operator, so it MUST NOT hold secrets. How Get, Commit and Scan
// answer is said by kv.Store, whose methods they are.
type Host interface {
	Get(keys []string) ([]kv.Value, error)
	Commit(batch kv.Batch) (failed []string, err error)
	Scan(prefix, after string, limit int) ([]kv.Entry, error)

	// Entropy returns n bytes from a cryptographically secure source. It is
	// the only source of randomness of an operation.
	Entropy(n int) ([]byte, error)

	// Now returns the time in milliseconds since 1970-01-01T00:00:00Z.
	Now() (int64, error)

	// Audit appends one event to the audit trail. Where the trail has to
	// survive a crash, it does so before Audit returns.
	Audit(event AuditEvent) error

	// Call invokes a service by name or address and returns its answer. It
	// MUST give up after MaxCallSeconds.
	Call(call ServiceCall) (answer string, err error)

	// DeriveKey hashes a password as params say. A host that has nothing
	// faster than the core's own code returns ErrNoKDF.
	DeriveKey(params KDFParams, password, salt []byte) ([]byte, error)
}

// MaxCallSeconds is how long one Call may take. The lease of an event is
// longer.
const MaxCallSeconds = 30

// ErrNoKDF says that the host leaves password hashing to the core.
var ErrNoKDF = errors.New("signup: the host has no key derivation of its own")

// AuditEvent is one entry of the audit trail. Ids stand for accounts, never
// names or addresses; empty members are left out.
type AuditEvent struct {
	CID         string     `json:"cid"`
	Op          string     `json:"op"`
	CurrentUser string     `json:"current_user,omitempty"`
	TargetUser  string     `json:"target_user,omitempty"`
	Result      string     `json:"result,omitempty"` // "ok" or "error"
	Extra       AuditExtra `json:"extra,omitzero"`
}

// AuditExtra is what else an audit entry tells.
type AuditExtra struct {
	CurrentApp string `json:"current_app,omitempty"`
	RemoteAddr string `json:"remote_addr,omitempty"` // joined with ";"
	SubStatus  []Code `json:"sub_status,omitempty"`  // the true codes, told to the caller or not
}

// ServiceCall asks for one service. Headers and body go out as they are, so
// that the signature holds wherever they are sent from.
type ServiceCall struct {
	Service string         `json:"service"`
	Headers WebhookHeaders `json:"headers"`
	Body    string         `json:"body"` // a JSON object
}

// WebhookHeaders are those of Standard Webhooks 1.0. ID stays the same over
// repeated deliveries of one event.
type WebhookHeaders struct {
	ID        string `json:"webhook-id"`
	Timestamp string `json:"webhook-timestamp"` // seconds since 1970
	Signature string `json:"webhook-signature"`
}

// KDFParams says how to turn a password and a salt into Length bytes: argon2 as
// in RFC 9106, version 0x13, PBKDF2 with HMAC as in RFC 8018, scrypt as in RFC
// 7914, or bcrypt with the password's terminating NUL.
type KDFParams struct {
	Algorithm   string `json:"algorithm"`             // Argon2id, or another of these constants
	Memory      int    `json:"memory,omitempty"`      // KiB, argon2 only
	Iterations  int    `json:"iterations"`            // N of scrypt; of bcrypt, 2 to the power of its cost
	Parallelism int    `json:"parallelism,omitempty"` // argon2, and p of scrypt
	BlockSize   int    `json:"block,omitempty"`       // r of scrypt
	Length      int    `json:"length"`                // bytes
}
