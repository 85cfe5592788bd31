//go:build differential

package hashes

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
)

// installation is Enrol with hashes that can be read in its store.
type installation struct {
	t     *testing.T
	enrol *host.Enrol
	store kv.Store
	count int
}

// install sets Enrol up with these lines in [enrol]. It runs natively: the
// transcripts test that the module gives the same results.
func install(t *testing.T, lines ...string) *installation {
	t.Helper()
	store := memory.New()
	enrol, err := host.New(t.Context(), host.Options{
		Conf: `
[main]
encrypt_password=False
[hash_secret]
rounds=1000
[apps]
signup_allowed=CRM
[password]
min_length=1
min_complexity=0
max_length=1024
reject_list=
[signup]
is_approval_needed=False
is_email_required=False
[enrol]
` + strings.Join(lines, "\n"),
		SecretKey: host.NewSecretKey(),
		Store:     store,
		Audit:     host.NewAuditLog(slog.DiscardHandler),
		Native:    true,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = enrol.Close(t.Context()) })
	return &installation{t: t, enrol: enrol, store: store}
}

// account makes an account with that password, and returns its name and the key
// of its record.
func (i *installation) account(password string) (name, key string) {
	i.t.Helper()
	i.count++
	name = fmt.Sprintf("user%d", i.count)
	request := signup.SignupRequest{Username: name, Password: signup.Secret(password), AppList: []string{"CRM"}}
	answer, err := i.enrol.Signup(i.t.Context(), request)
	if err != nil || !answer.OK() {
		i.t.Fatalf("%q: %v, %v", password, answer.SubStatus, err)
	}
	confirmed, err := i.enrol.Confirm(i.t.Context(), signup.ConfirmRequest{ConfirmToken: answer.ConfirmToken})
	if err != nil || !confirmed.OK() {
		i.t.Fatal(confirmed.SubStatus, err)
	}
	return name, "user/" + confirmed.UserID
}

// record reads the record of an account.
func (i *installation) record(key string) (record map[string]any) {
	i.t.Helper()
	values, err := i.store.Get(i.t.Context(), []string{key})
	if err != nil {
		i.t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(values[0].Data), &record); err != nil {
		i.t.Fatal(err)
	}
	return record
}

// setHash gives an account a hash from elsewhere.
func (i *installation) setHash(key, hash string) {
	i.t.Helper()
	record := i.record(key)
	record["password"] = hash
	data, err := json.Marshal(record)
	if err != nil {
		i.t.Fatal(err)
	}
	if applied, err := i.store.Commit(i.t.Context(), kv.Batch{Puts: []kv.Put{{Key: key, Data: string(data)}}}); err != nil || !applied {
		i.t.Fatal(applied, err)
	}
}

// verify reports whether a password is the password of an account.
func (i *installation) verify(name, password string) bool {
	i.t.Helper()
	answer, err := i.enrol.Verify(i.t.Context(), signup.VerifyRequest{Username: name, Password: signup.Secret(password)})
	if err != nil {
		i.t.Fatal(err)
	}
	return answer.OK()
}
