//go:build etcd

package etcd_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/etcd"
	"github.com/enrol-sso/enrol/tests/etcd/cluster"
)

func TestALostConnectionLeavesACommitUnknown(t *testing.T) {
	for _, test := range []struct {
		name  string
		after bool
		want  string
	}{
		{"before the member has it", false, "before"},
		{"before its answer", true, "after"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			prefix := newPrefix()
			way := startProxy(t, shared.Members[0].Client)
			store := open(t, way.url(prefix), etcd.Options{})
			direct := open(t, shared.URL(prefix), etcd.Options{})
			mustPut(t, store, "a", "before")
			seen := way.lose("/kv/a", test.after)
			if test.after {
				go func() {
					<-seen
					wait(t, "the member applied the commit", func() bool {
						values, err := direct.Get(context.Background(), []string{"a"})
						return err == nil && values[0].Data == "after"
					})
					way.loseAll()
				}()
			}
			if applied, err := put(t, store, "a", "after"); applied || !errors.Is(err, kv.ErrUnknown) {
				t.Errorf("commit: got (%v, %v), want ErrUnknown", applied, err)
			}
			mustHold(t, store, "a", test.want)
			mustPut(t, store, "b", "later")
		})
	}
}

func TestAReadTriesAgainAfterALostConnection(t *testing.T) {
	t.Parallel()
	way := startProxy(t, shared.Members[0].Client)
	store := open(t, way.url(newPrefix()), etcd.Options{})
	mustPut(t, store, "a", "1")
	seen := way.lose("/kv/a", false)
	mustHold(t, store, "a", "1")
	select {
	case <-seen:
	default:
		t.Error("no connection was lost")
	}
}

// A URL that leads elsewhere must not look like a store without keys, nor take
// commits.
func TestAMemberOfAnotherClusterIsAnError(t *testing.T) {
	t.Parallel()
	other := start(t, cluster.Options{Members: 1})
	for _, test := range []struct {
		name, want string
		there      bool // whether the other cluster has a store under the prefix
	}{{"without a store", "is gone", false}, {"with another store", "changed", true}} {
		t.Run(test.name, func(t *testing.T) {
			prefix := newPrefix()
			way := startProxy(t, shared.Members[0].Client)
			store := open(t, way.url(prefix), etcd.Options{})
			mustPut(t, store, "a", "1")
			if test.there {
				mustPut(t, open(t, other.URL(prefix), etcd.Options{}), "a", "other")
			}
			way.lead(other.Members[0].Client)
			mustRefuse(t, store, test.want)
			way.lead(shared.Members[0].Client)
			mustHold(t, store, "a", "1")
		})
	}
}

// mustRefuse expects that no call works, and that nothing was applied.
func mustRefuse(t *testing.T, store kv.Store, want string) {
	t.Helper()
	_, getErr := store.Get(t.Context(), []string{"a"})
	_, scanErr := store.Scan(t.Context(), "", "", 10)
	_, putErr := put(t, store, "a", "2")
	_, checkErr := store.Commit(t.Context(), kv.Batch{Checks: []kv.Check{{Key: "b"}}})
	for call, err := range map[string]error{"get": getErr, "scan": scanErr, "put": putErr, "check": checkErr} {
		if got := outcome(false, err); got != "failure" || !contains(err, want) {
			t.Errorf("%s: got %s (%v), want a failure with %q", call, got, err, want)
		}
	}
}

func TestACallThatEndsBeforeItsAnswerLeavesACommitUnknown(t *testing.T) {
	t.Parallel()
	c := start(t, cluster.Options{Members: 1})
	patient := open(t, c.URL("p"), etcd.Options{})
	hasty := open(t, c.URL("p"), etcd.Options{Timeout: time.Second})
	mustPut(t, patient, "a", "1")
	mustPut(t, hasty, "a", "1")
	if err := c.Members[0].Pause(); err != nil {
		t.Fatal(err)
	}
	for name, call := range map[string]func() (bool, error){
		"its context": func() (bool, error) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			return patient.Commit(ctx, kv.Batch{Puts: []kv.Put{{Key: "a", Data: "2"}}})
		},
		"its time": func() (bool, error) { return put(t, hasty, "a", "2") },
	} {
		if applied, err := call(); outcome(applied, err) != "unknown" {
			t.Errorf("%s ends: got (%v, %v), want ErrUnknown", name, applied, err)
		}
	}
	if err := c.Members[0].Resume(); err != nil {
		t.Fatal(err)
	}
	wait(t, "commits are acknowledged again", func() bool {
		applied, err := put(t, patient, "b", "3") // a may still change
		return err == nil && applied
	})
	mustHold(t, patient, "b", "3")
}

func TestAClusterThatIsNotThereIsAFailure(t *testing.T) {
	t.Parallel()
	c := start(t, cluster.Options{Members: 1})
	store := open(t, c.URL("p"), etcd.Options{})
	mustPut(t, store, "a", "1")
	c.Members[0].Kill()
	wait(t, "the store sees that the connection is lost", func() bool {
		applied, err := put(t, store, "a", "2")
		return outcome(applied, err) == "failure"
	})
	if _, err := store.Get(t.Context(), []string{"a"}); err == nil {
		t.Error("get: no error")
	}
	if err := c.Members[0].Start(); err != nil {
		t.Fatal(err)
	}
	wait(t, "the store goes on", func() bool {
		values, err := store.Get(t.Context(), []string{"a"})
		return err == nil && (values[0].Data == "1" || values[0].Data == "2")
	})
	mustPut(t, store, "a", "3")
}
