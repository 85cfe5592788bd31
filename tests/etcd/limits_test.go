//go:build etcd

package etcd_test

import (
	"fmt"
	"strings"
	"testing"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/etcd"
	"github.com/enrol-sso/enrol/tests/etcd/cluster"
)

// A member that reaches its quota answers the same whether it applied a batch or
// not. Reads and deletes go on.
func TestAClusterAtItsQuotaLeavesACommitUnknown(t *testing.T) {
	t.Parallel()
	c := start(t, cluster.Options{Members: 1, Arguments: []string{"--quota-backend-bytes=16777216"}})
	store := open(t, c.URL("p"), etcd.Options{})
	long := strings.Repeat("v", kv.MaxValueBytes)
	mustPut(t, store, "a", "1")
	var err error
	for n := 0; err == nil; n++ {
		if n > 1000 {
			t.Fatal("the quota is never reached")
		}
		var applied bool
		applied, err = store.Commit(t.Context(), kv.Batch{Puts: []kv.Put{{Key: "b", Data: long}, {Key: "c", Data: long}, {Key: "d", Data: long}}})
		if err != nil && (outcome(applied, err) != "unknown" || !contains(err, "alarm disarm")) {
			t.Fatalf("at the quota: got (%v, %v), want ErrUnknown and what to do", applied, err)
		}
	}
	mustHold(t, store, "a", "1")
	if applied, err := store.Commit(t.Context(), kv.Batch{Checks: []kv.Check{{Key: "absent"}}, Deletes: []string{"b", "c", "d"}}); err != nil || !applied {
		t.Errorf("a delete at the quota: got (%v, %v)", applied, err)
	}

	// What the message says.
	client := raw(t, c)
	now, err := client.Get(t.Context(), "p/format")
	if err != nil {
		t.Fatal(err)
	}
	must[*clientv3.CompactResponse](t)(client.Compact(t.Context(), now.Header.Revision, clientv3.WithCompactPhysical()))
	must[*clientv3.DefragmentResponse](t)(client.Defragment(t.Context(), c.Members[0].Client))
	must[*clientv3.AlarmResponse](t)(client.AlarmDisarm(t.Context(), &clientv3.AlarmMember{}))
	mustPut(t, store, "a", "2")
	mustHold(t, store, "a", "2")
}

func TestMembersWithLowerLimitsRefuseAndAreExplained(t *testing.T) {
	t.Parallel()
	c := start(t, cluster.Options{Members: 1, Arguments: []string{"--max-txn-ops=20", "--max-request-bytes=20000"}})
	store := open(t, c.URL("p"), etcd.Options{})
	var many kv.Batch
	for i := range 21 {
		many.Puts = append(many.Puts, kv.Put{Key: fmt.Sprint(i), Data: "x"})
	}
	long := kv.Batch{Puts: []kv.Put{{Key: "long", Data: strings.Repeat("v", kv.MaxValueBytes)}}}
	for want, batch := range map[string]kv.Batch{"--max-txn-ops": many, "--max-request-bytes": long} {
		if applied, err := store.Commit(t.Context(), batch); outcome(applied, err) != "failure" || !contains(err, want) {
			t.Errorf("got (%v, %v), want a failure with %q", applied, err, want)
		}
	}
	if entries, err := store.Scan(t.Context(), "", "", 10); err != nil || len(entries) != 0 {
		t.Errorf("the store has %d keys, %v", len(entries), err)
	}
	mustPut(t, store, "a", "1")
}
