package keyring

import (
	"encoding/base64"

	"github.com/enrol-sso/enrol/signup/internal/secret"
)

// WebhookKey signs what a service is sent.
func (k *Key) WebhookKey(service string) []byte {
	return k.derive("enrol webhook v1\x00" + service)
}

// WebhookSecrets returns what the receiver at a service verifies signatures
// with, newest first, in the form of Standard Webhooks 1.0: "whsec_" and
// base64. Each service has secrets of its own.
func (ks *Keys) WebhookSecrets(service string) []secret.Text {
	var secrets []secret.Text
	for _, k := range ks.keys {
		secrets = append(secrets, secret.Text("whsec_"+base64.StdEncoding.EncodeToString(k.WebhookKey(service))))
	}
	return secrets
}
