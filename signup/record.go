package signup

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/enrol-sso/enrol/kv"
)

// The keys of the store. Times are milliseconds since 1970 in 13 digits, so
// that keys sort by time; buckets are two digits.
//
//	user/<user id>                     the account
//	name/<canonical username>          who holds the name
//	mail/<key id>/<blind index>        the confirmed owner of an address
//	token/<sha256 of the token>        the claim that a token confirms
//	pending/<bucket>/<expiry>/<id>     claims by expiry, for listing and purging
//	approval/<bucket>/<time>/<id>      accounts that wait for approval
//	event/<event id>                   what is to be sent
//	outbox/<bucket>/<due>/<event id>   events by when they are due
//	dead/<bucket>/<time>/<event id>    events given up
//	idem/<hmac of an idempotency key>  what was answered, see idempotency.go
//	rate/<hour>/<hmac>/<shard>         how often it was asked, see rate.go
//	sent/<day>/<hmac of an address>    messages to it, see allowance.go
//	meta/format, meta/keys             see meta.go
//
// An event has a key of its own beside its place in the schedule, so that a
// successor can ask whether it is still outstanding.
const (
	userPrefix   = "user/"
	namePrefix   = "name/"
	tokenPrefix  = "token/"
	eventPrefix  = "event/"
	outboxPrefix = "outbox/"

	approvalPrefix = "approval/"
	pendingPrefix  = "pending/"

	idemPrefix    = "idem/"
	ratePrefix    = "rate/"
	metaFormatKey = "meta/format"
	metaKeysKey   = "meta/keys"
)

func mailKey(k *key, address string) string {
	return "mail/" + k.id + "/" + k.blindIndex(address)
}

// timed makes a key of one of the lists that are ordered by time.
func timed(list string, bucket int, ms int64, id string) string {
	return fmt.Sprintf("%s/%02d/%013d/%s", list, bucket, ms, id)
}

// States of a claim and the account that comes of it. Those of a claim have
// one length, so that the size of a commit does not tell a void one.
const (
	statePending   = "pending"   // waits for its token
	stateVoid      = "refused"   // looks like pending from outside; never confirmable
	stateFinal     = "final"     // confirmed
	stateConfirmed = "confirmed" // of an entry under pending/: nothing to expire any more
)

// Values of approval_status.
const (
	approvalBefore   = "before_decision"
	approvalApproved = "approved"
)

// recordVersion is written into every record. A reader refuses a newer one.
const recordVersion = 1

// userRecord is an account, from the claim on. Either Email or EmailSealed is
// there, and likewise for the password's hash.
type userRecord struct {
	V                int               `json:"v"`
	ID               string            `json:"id"`
	State            string            `json:"state"`    // statePending, stateVoid or stateFinal
	Username         string            `json:"username"` // as typed
	Name             string            `json:"name"`     // canonical
	Email            string            `json:"email,omitempty"`
	EmailSealed      string            `json:"email_sealed,omitempty"`
	Password         string            `json:"password,omitempty"` // PHC string
	PasswordSealed   string            `json:"password_sealed,omitempty"`
	PasswordSet      int64             `json:"password_set"`
	DisplayName      string            `json:"display_name,omitempty"`
	FirstName        string            `json:"first_name,omitempty"`
	MiddleName       string            `json:"middle_name,omitempty"`
	LastName         string            `json:"last_name,omitempty"`
	Attrs            map[string]string `json:"attrs,omitempty"`
	CurrentApp       string            `json:"current_app"`
	AppList          []string          `json:"app_list"`
	RemoteAddr       []string          `json:"remote_addr,omitempty"`
	SignUpTime       int64             `json:"sign_up_time"`
	Expires          int64             `json:"expires,omitempty"` // of the claim
	ConfirmTime      int64             `json:"confirm_time,omitempty"`
	ApprovalStatus   string            `json:"approval_status"`
	IsApprovalNeeded bool              `json:"is_approval_needed"`
	LastMessage      string            `json:"last_message,omitempty"` // event id: the next message waits for it
	LastSent         int64             `json:"last_sent,omitempty"`    // when a token was last sent again
	Resent           string            `json:"resent,omitempty"`       // hash of the token sent again

	Locked             int64 `json:"locked,omitempty"`               // since when; 0 if it is not
	PasswordMustChange bool  `json:"password_must_change,omitempty"` // before its owner may log in
}

// nameRecord says who holds a username. Every change of an account's life
// checks and rewrites it, so that no two of them can happen at once.
type nameRecord struct {
	V       int      `json:"v"`
	ID      string   `json:"id"`
	State   string   `json:"state"`
	Expires int64    `json:"expires,omitempty"`
	Keys    []string `json:"keys"` // the claim's other records
}

// free says whether a new claim may take the name over.
func (n *nameRecord) free(now int64) bool {
	return n.State != stateFinal && n.Expires <= now
}

// tokenRecord leads from a token to its claim.
type tokenRecord struct {
	V    int    `json:"v"`
	ID   string `json:"id"`
	Name string `json:"name"`
}

// pendingRecord is an entry under pending/.
type pendingRecord struct {
	V     int      `json:"v"`
	ID    string   `json:"id"`
	Name  string   `json:"name"`
	State string   `json:"state"`
	Keys  []string `json:"keys"` // what goes when the claim expires
}

// idRecord is the owner of an address under mail/, and under approval/ the
// account that waits.
type idRecord struct {
	V  int    `json:"v"`
	ID string `json:"id"`
}

// put encodes a record under a key.
func put(key string, record any) kv.Put {
	return kv.Put{Key: key, Data: string(encode(record))}
}

// decode reads the record that a key holds.
func decode[T any](key string, value kv.Value) (*T, *Error) {
	var header struct {
		V int `json:"v"`
	}
	record := new(T)
	if err := json.Unmarshal([]byte(value.Data), &header); err != nil || header.V < 1 {
		return nil, internal("%s: the record is damaged", redactKey(key))
	}
	if header.V > recordVersion {
		return nil, internal("%s: the record has version %d, this engine reads up to %d: use a newer engine", redactKey(key), header.V, recordVersion)
	}
	if err := json.Unmarshal([]byte(value.Data), record); err != nil {
		return nil, internal("%s: the record is damaged", redactKey(key))
	}
	return record, nil
}

// redactKey names a key in an error: all of it but a username.
func redactKey(key string) string {
	if strings.HasPrefix(key, namePrefix) {
		return namePrefix + redacted
	}
	return key
}
