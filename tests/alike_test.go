package tests

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/wasm/wire"
)

// remembering is a store of which every key reads as it did at first.
type remembering struct{ kv.Store }

// Commit accepts what could be committed, and forgets it.
func (r remembering) Commit(ctx context.Context, batch kv.Batch) ([]string, error) { return nil, nil }

// The work of a signup is the same whether a name or an address is taken:
// counted in allocations, since time is not the same twice. Effects go through
// the encoding of the module's boundary, where what the store holds costs most.
// This test is not parallel, as it counts what the whole process allocates.
func TestSignupsAllocateAlike(t *testing.T) {
	o := newOffice(t, memory.New())
	o.confirm(o.claim("account0"))
	o.claim("pending0")
	o.store = remembering{o.store}
	c := &clerk{office: o, ctx: t.Context()}
	boundary := wire.Host(func(effect string, request []byte) []byte { return wire.Perform(c, effect, request) })
	work := func(username, email string) float64 {
		request := fmt.Appendf(nil, `{"ctx":{"username":%q,"email":%q,"password":"correct horse battery","app_list":["CRM"]}}`, username, email)
		return testing.AllocsPerRun(50, func() { o.native[0].Run("signup", boundary, request) })
	}
	fresh := work("nobody00", "nobody00@example.com")
	for _, taken := range []struct{ what, username, email string }{
		{"the name of a claim", "pending0", "nobody00@example.com"},
		{"the name of an account", "account0", "nobody00@example.com"},
		{"the address of an account", "nobody00", "account0@example.com"},
	} {
		got := work(taken.username, taken.email)
		t.Logf("%s: %.0f allocations, fresh: %.0f", taken.what, got, fresh)
		if math.Abs(got-fresh) > 8 {
			t.Errorf("%s makes %.0f allocations, a fresh one %.0f", taken.what, got, fresh)
		}
	}
}
