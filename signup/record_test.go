package signup

import (
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/keyring"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// The forms of keys are part of the format of a store.
func TestKeysOfTheStore(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "enrol.buckets=16")
	token := w.claim("Ada", "ada@example.com")
	id := strings.TrimPrefix(w.list(record.UserPrefix)[0].Key, record.UserPrefix)
	bucket := bucketOf(t, id, 16)
	want := []string{
		"event/*", "event/*", "meta/format", "meta/keys", "name/ada",
		"outbox/" + bucket + "/" + record.DestinationID("crm.created") + "/r/1790000000000/*",
		"outbox/" + bucket + "/" + record.DestinationID(record.MessageDestination) + "/r/1790000000000/*",
		"pending/" + bucket + "/1790086400000/" + id, "token/" + record.HashToken(token), "user/" + id,
	}
	checkKeys(t, w, want)
	w.pass(5)
	w.confirm(token)
	index := keyring.All(w.engine.keys)[0].BlindIndex("ada@example.com")
	want = append(want, "approval/"+bucket+"/1790000000005/"+id, "mail/k1/"+index)
	slices.Sort(want)
	checkKeys(t, w, want)
}

// bucketOf computes a bucket with FNV-1a as its authors describe it.
func bucketOf(t *testing.T, id string, buckets uint32) string {
	t.Helper()
	hash := uint32(0x811c9dc5)
	for _, b := range []byte(id) {
		hash = (hash ^ uint32(b)) * 0x01000193
	}
	n := hash % buckets
	return string([]byte{'0' + byte(n/10), '0' + byte(n%10)})
}

func checkKeys(t *testing.T, w *world, want []string) {
	t.Helper()
	var got []string
	for _, e := range w.dump() {
		list := strings.Split(e.Key, "/")
		if list[0] == "event" || list[0] == "outbox" {
			list[len(list)-1] = "*"
		}
		got = append(got, strings.Join(list, "/"))
	}
	if a, b := strings.Join(got, "\n"), strings.Join(want, "\n"); a != b {
		t.Errorf("got\n%s\nwant\n%s", a, b)
	}
}

// Every record that an operation reads may be newer or damaged: that is a
// fault, and nothing is written.
func TestOperationsRefuseRecordsTheyCannotRead(t *testing.T) {
	t.Parallel()
	for _, list := range []string{record.UserPrefix, record.NamePrefix, record.TokenPrefix, record.EventPrefix, record.OutboxPrefix} {
		for _, data := range []string{`{"v":2}`, `{"v":`} {
			w := newWorld(t)
			token := w.claim("ada", "ada@example.com")
			for _, e := range w.list(list) {
				w.write(kv.Put{Key: e.Key, Data: data})
			}
			before := len(w.dump())
			for operation, request := range map[string]any{
				"signup": ask("ada", "eve@example.com"), "confirm": ConfirmRequest{ConfirmToken: Secret(token)},
				"get": GetRequest{Username: "ada"}, "dispatch": `{}`,
			} {
				reads := map[string]string{
					"signup": record.NamePrefix, "confirm": record.UserPrefix + record.NamePrefix + record.TokenPrefix,
					"get": record.UserPrefix + record.NamePrefix, "dispatch": record.EventPrefix + record.OutboxPrefix,
				}[operation]
				if !strings.Contains(reads, list) {
					continue
				}
				r := w.run(operation, request)
				refused := r.codes() == "E008004" && r.Fault != ""
				if operation == "dispatch" { // which continues with the rest
					refused = r.OK() && strings.Contains(r.text, `"damage":`)
				}
				if !refused || len(w.dump()) != before {
					t.Errorf("%s with %s… %s: %s", operation, list, data, r.text)
				}
			}
		}
	}
}

// The largest accepted signup stays within the limits of every store.
func TestLargestSignupFitsIntoACommit(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "main.encrypt_email=False", "signup.max_length_username=256", "signup.max_length_email=254",
		"apps.all=CRM, HR, Wiki, "+numberedApps(60), "signup.callback_service_list=a, b, c, d, e, f, g, h",
		"user_validation.service=rules", "enrol.password_hash=pbkdf2-sha512", "hash_secret.salt_size=1024", "password.max_length=1024")
	r := ask(strings.Repeat("𐐨", 250), strings.Repeat("a", 60)+"@"+strings.Repeat("example.", 20)+"com")
	r.Password = Secret(strings.Repeat("😀", 1024))
	r.AppList = strings.Split(numberedApps(60), ", ")
	r.FirstName = strings.Repeat("<", 128)
	r.MiddleName, r.LastName, r.DisplayName = r.FirstName, r.FirstName, r.FirstName
	r.Attrs = map[string]string{}
	for i := range 31 {
		r.Attrs["attribute "+string(rune('A'+i))] = strings.Repeat("x", 245)
	}
	r.RemoteAddr = slices.Repeat([]string{"2001:db8:1111:2222:3333:4444:5555:6666"}, 16)
	token := w.mustRun("signup", r).ConfirmToken
	if failure := kv.CheckBatch(w.Effects()[len(w.Effects())-1].Batch); failure != nil {
		t.Error(failure)
	}
	for _, e := range w.dump() {
		if len(e.Key) > kv.MaxKeyBytes || len(e.Data) > kv.MaxValueBytes/2 {
			t.Errorf("%.40s has %d bytes", e.Key, len(e.Data))
		}
	}
	w.confirm(token)
	for range 3 {
		w.mustRun("dispatch", `{}`)
	}
	for _, call := range w.calls {
		if len(call.Body) > 64<<10 {
			t.Errorf("%s is sent %d bytes", call.Service, len(call.Body))
		}
	}
	w.checkInvariants()
}

func numberedApps(n int) string {
	apps := make([]string, n)
	for i := range apps {
		apps[i] = strings.Repeat("application ", 4) + string(rune('α'+i))
	}
	return strings.Join(apps, ", ")
}
