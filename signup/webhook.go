package signup

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
)

// Types of what services are sent, the member type of the body.
const (
	typeValidate = "user.validate" // asks a validation service
	typeSignup   = "user.signup"   // tells a callback service of a new account
	typeMessage  = "user.message"  // asks the message service to write to somebody
)

// envelope wraps data as Standard Webhooks 1.0 recommends.
func (r *run) envelope(kind string, ms int64, data any) string {
	return string(encode(struct {
		Type      string `json:"type"`
		Timestamp string `json:"timestamp"`
		Data      any    `json:"data"`
	}{kind, formatTimeMS(ms), data}))
}

// signedCall addresses a body to a service, with the headers of Standard
// Webhooks 1.0: a signature by each active key.
func (r *run) signedCall(service, id string, ms int64, body string) ServiceCall {
	timestamp := strconv.FormatInt(ms/1000, 10)
	var signatures []string
	for _, k := range r.meta.active {
		mac := hmac.New(sha256.New, k.webhookKey(service))
		mac.Write([]byte(id + "." + timestamp + "." + body))
		signatures = append(signatures, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
	return ServiceCall{
		Service: service,
		Headers: WebhookHeaders{ID: id, Timestamp: timestamp, Signature: strings.Join(signatures, " ")},
		Body:    body,
	}
}

func (k *key) webhookKey(service string) []byte {
	return k.derive("enrol webhook v1\x00" + service)
}

// WebhookSecrets returns what the receiver at a service verifies signatures
// with, newest first, in the form of Standard Webhooks 1.0: "whsec_" and
// base64. Each service has secrets of its own.
func (ks *Keys) WebhookSecrets(service string) []Secret {
	var secrets []Secret
	for _, k := range ks.keys {
		secrets = append(secrets, Secret("whsec_"+base64.StdEncoding.EncodeToString(k.webhookKey(service))))
	}
	return secrets
}
