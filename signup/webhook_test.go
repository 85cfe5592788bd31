package signup

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// readBody parses the envelope of a call and returns its type.
func readBody(t testing.TB, call ServiceCall, data any) (kind, timestamp string) {
	t.Helper()
	var envelope struct {
		Type      string
		Timestamp string
		Data      json.RawMessage
	}
	if err := json.Unmarshal([]byte(call.Body), &envelope); err != nil {
		t.Fatal(err)
	}
	if d, ours := data.(record.Document); ours {
		value, err := strictjson.Parse(string(envelope.Data))
		if fault := value.Read(d.Members); err != nil || fault != nil {
			t.Fatalf("%s: %v, %v", call.Body, err, fault)
		}
	} else if err := json.Unmarshal(envelope.Data, data); err != nil {
		t.Fatal(err)
	}
	return envelope.Type, envelope.Timestamp
}

// verifies reports whether a receiver that knows only the secret accepts a
// call, as Standard Webhooks 1.0 specifies.
func verifies(t testing.TB, secret Secret, call ServiceCall) bool {
	t.Helper()
	encoded, ok := strings.CutPrefix(string(secret), "whsec_")
	if !ok {
		t.Fatal("the secret lacks its prefix")
	}
	key, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(key) < 24 || len(key) > 64 {
		t.Fatalf("the secret has %d bytes: %v", len(key), err)
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(call.Headers.ID + "." + call.Headers.Timestamp + "." + call.Body))
	want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	for _, signature := range strings.Split(call.Headers.Signature, " ") {
		if hmac.Equal([]byte(signature), []byte(want)) {
			return true
		}
	}
	return false
}

func TestEveryCallIsSigned(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "user_validation.service=https://rules.example/check", "signup.callback_service_list=crm.created, https://hooks.example/new")
	w.claim("ada", "ada@example.com")
	w.mustRun("dispatch", `{}`)
	if len(w.calls) != 4 {
		t.Fatalf("%d calls", len(w.calls))
	}
	for _, call := range w.calls {
		secrets := w.engine.keys.WebhookSecrets(call.Service)
		if len(secrets) != 1 || !verifies(t, secrets[0], call) {
			t.Errorf("%s: the signature does not verify", call.Service)
		}
		if verifies(t, w.engine.keys.WebhookSecrets("another")[0], call) {
			t.Errorf("%s: another service's secret verifies", call.Service)
		}
		if want := strconv.FormatInt(w.Clock.Now()/1000, 10); call.Headers.Timestamp != want {
			t.Errorf("%s: the timestamp is %s, want %s", call.Service, call.Headers.Timestamp, want)
		}
		changed := call
		changed.Body += " "
		if verifies(t, secrets[0], changed) {
			t.Errorf("%s: another body verifies", call.Service)
		}
	}
}

func TestCallsAreSignedByEveryActiveKey(t *testing.T) {
	t.Parallel()
	w := twoKeyWorld(t)
	w.claim("ada", "ada@example.com")
	w.mustRun("dispatch", `{}`)
	call := w.calls[0]
	for _, id := range []string{"k1", "k2"} {
		if secrets := testKeys(t, id).WebhookSecrets(call.Service); !verifies(t, secrets[0], call) {
			t.Errorf("a receiver with the secret of %s refuses", id)
		}
	}
}

func TestEnvelopeNamesTypeAndTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "user_validation.service=rules")
	w.claim("ada", "ada@example.com")
	signedUp := w.Clock.Now()
	w.pass(minute)
	w.mustRun("dispatch", `{}`)
	want := map[string]string{"rules": "user.validate", "crm.created": "user.signup", "mailer": "user.message"}
	for _, call := range w.calls {
		var data any
		kind, timestamp := readBody(t, call, &data)
		at, err := time.Parse(time.RFC3339, timestamp)
		if kind != want[call.Service] || err != nil || at.UnixMilli() != signedUp {
			t.Errorf("%s is sent %s of %s (%v)", call.Service, kind, timestamp, err)
		}
	}
}
