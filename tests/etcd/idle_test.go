//go:build etcd

package etcd_test

import (
	"testing"
	"time"

	"github.com/enrol-sso/enrol/kv/etcd"
)

// A member ends a connection that is tested often without a call, which leaves the
// commits of the moment unknown. So nothing is sent while nobody calls.
func TestAnIdleStoreSendsNothing(t *testing.T) {
	t.Parallel()
	p := startProxy(t, shared.Members[0].Client)
	store := open(t, p.url(newPrefix()), etcd.Options{})
	mustPut(t, store, "a", "1")
	time.Sleep(2 * time.Second) // what belongs to the calls before
	before := p.sent()
	time.Sleep(25 * time.Second) // two and a half times the pause between two tests of a connection
	if after := p.sent(); after != before {
		t.Errorf("%d bytes were sent", after-before)
	}
	mustPut(t, store, "a", "2")
	mustHold(t, store, "a", "2")
	if p.sent() == before {
		t.Error("the calls did not go through the proxy")
	}
}
