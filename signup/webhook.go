package signup

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// The types of bodies that services are sent.
const (
	typeValidate = "user.validate" // request to a validation service
	typeSignup   = "user.signup"   // information for a callback service about a new account
	typeDeleted  = "user.deleted"  // information for a callback service that an account is gone
	typeMessage  = "user.message"  // request to the message service to send a message
)

// envelope wraps data as Standard Webhooks 1.0 recommends.
func (r *run) envelope(kind string, ms int64, data record.Document) string {
	return string(record.Encode(&envelope{kind, formatTimeMS(ms), data}))
}

// envelope is the body of a call.
type envelope struct {
	kind      string
	timestamp string
	data      record.Document
}

func (e *envelope) Members(m *strictjson.Members) {
	m.String("type", &e.kind)
	m.String("timestamp", &e.timestamp)
	m.Object("data", e.data.Members)
}

// signedCall returns the call of a service with a body and the headers of
// Standard Webhooks 1.0: a signature by each active key. The key belongs to the
// name of the service, so that it stays the same when its URL changes.
func (r *run) signedCall(service, id string, ms int64, body string) ServiceCall {
	timestamp := strconv.FormatInt(ms/1000, 10)
	var signatures []string
	for _, k := range r.meta.active {
		mac := hmac.New(sha256.New, k.WebhookKey(service))
		mac.Write([]byte(id + "." + timestamp + "." + body))
		signatures = append(signatures, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
	return ServiceCall{
		Service: r.config.CalledFor(service),
		Headers: WebhookHeaders{ID: id, Timestamp: timestamp, Signature: strings.Join(signatures, " ")},
		Body:    body,
	}
}
