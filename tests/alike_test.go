package tests

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/wasm/wire"
)

// remembering is a store in which every key keeps its first value.
type remembering struct{ kv.Store }

// Commit accepts a valid batch, and forgets it.
func (r remembering) Commit(ctx context.Context, batch kv.Batch) (bool, error) { return true, nil }

// The work of a signup is the same whether a name or an address is taken:
// counted in allocations, since times vary. In the module, effects go through
// the encoding of its boundary, where the content of the store costs most. This
// test is not parallel, since it counts the allocations of the whole process.
func TestSignupsAllocateAlike(t *testing.T) {
	o := newOffice(t, memory.New())
	o.confirm(o.claim("account0"))
	o.claim("pending0")
	o.store = remembering{o.store}
	h := o.host(nil)
	for mode, host := range map[string]signup.Host{
		"native": h,
		"module": wire.Host(func(effect string, request []byte) []byte { return wire.Perform(h, effect, request) }),
	} {
		work := func(username, email string) float64 {
			request := fmt.Appendf(nil, `{"ctx":{"username":%q,"email":%q,"password":"correct horse battery","app_list":["CRM"]}}`, username, email)
			return testing.AllocsPerRun(50, func() { o.native[0].Run("signup", host, request) })
		}
		fresh := work("nobody00", "nobody00@example.com")
		for _, taken := range []struct{ what, username, email string }{
			{"the name of a claim", "pending0", "nobody00@example.com"},
			{"the name of an account", "account0", "nobody00@example.com"},
			{"the address of an account", "nobody00", "account0@example.com"},
		} {
			got := work(taken.username, taken.email)
			t.Logf("%s, %s: %.0f allocations, fresh: %.0f", mode, taken.what, got, fresh)
			if math.Abs(got-fresh) > 8 {
				t.Errorf("%s: %s makes %.0f allocations, a fresh one %.0f", mode, taken.what, got, fresh)
			}
		}
	}
}

// Signups that must be indistinguishable have the same list of effects in their
// transcripts: of the same kinds, with as many keys, and with the same checks
// and records.
func TestTranscriptsOfTakenNamesAreAlike(t *testing.T) {
	t.Parallel()
	traces := map[string]string{}
	for _, tr := range transcripts(t) {
		trace := ""
		for _, effect := range tr.Effects {
			var request struct {
				Keys    []string
				Checks  []json.RawMessage
				Puts    []struct{ Key string }
				Deletes []string
			}
			if err := json.Unmarshal([]byte(effect.Request), &request); err != nil {
				t.Fatal(err)
			}
			trace += fmt.Sprintf("%s keys=%d checks=%d deletes=%d", effect.Effect, len(request.Keys), len(request.Checks), len(request.Deletes))
			for _, put := range request.Puts {
				list, _, _ := strings.Cut(put.Key, "/")
				trace += " " + list
			}
			trace += "\n"
		}
		var answer struct {
			Token string `json:"confirm_token"`
		}
		if err := json.Unmarshal([]byte(tr.Response), &answer); err != nil {
			t.Fatal(err)
		}
		if answer.Token != "" {
			tr.Response = strings.Replace(tr.Response, answer.Token, "…", 1)
		}
		traces[tr.Name] = trace + tr.Response
	}
	for _, name := range []string{"signup-pending-address", "signup-pending-name-void", "signup-taken-name-void", "signup-taken-address-void"} {
		if traces[name] != traces["signup-ok"] || traces[name] == "" {
			t.Errorf("%s differs from signup-ok:\n%s\nsignup-ok:\n%s", name, traces[name], traces["signup-ok"])
		}
	}
}
