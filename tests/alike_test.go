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

// remembering is a store of which every key reads as it did at first.
type remembering struct{ kv.Store }

// Commit accepts what could be committed, and forgets it.
func (r remembering) Commit(ctx context.Context, batch kv.Batch) ([]string, error) { return nil, nil }

// The work of a signup is the same whether a name or an address is taken:
// counted in allocations, since time is not the same twice. In the module effects
// go through the encoding of its boundary, where what the store holds costs most.
// This test is not parallel, as it counts what the whole process allocates.
func TestSignupsAllocateAlike(t *testing.T) {
	o := newOffice(t, memory.New())
	o.confirm(o.claim("account0"))
	o.claim("pending0")
	o.store = remembering{o.store}
	c := &clerk{office: o, ctx: t.Context()}
	for mode, host := range map[string]signup.Host{
		"native": c,
		"module": wire.Host(func(effect string, request []byte) []byte { return wire.Perform(c, effect, request) }),
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

// What is recorded of signups that must not be told apart has one list of
// effects: of the same kind, over as many keys, with the same checks and records.
func TestTranscriptsOfWhatIsTakenAreAlike(t *testing.T) {
	t.Parallel()
	looks := map[string]string{}
	for _, tr := range transcripts(t) {
		look := ""
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
			look += fmt.Sprintf("%s keys=%d checks=%d deletes=%d", effect.Effect, len(request.Keys), len(request.Checks), len(request.Deletes))
			for _, put := range request.Puts {
				list, _, _ := strings.Cut(put.Key, "/")
				look += " " + list
			}
			look += "\n"
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
		looks[tr.Name] = look + tr.Response
	}
	for _, name := range []string{"signup-pending-address", "signup-pending-name-void", "signup-taken-name-void", "signup-taken-address-void"} {
		if looks[name] != looks["signup-ok"] || looks[name] == "" {
			t.Errorf("%s is told from signup-ok:\n%s\nsignup-ok:\n%s", name, looks[name], looks["signup-ok"])
		}
	}
}
