package faults

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/fsck"
)

// entries returns all entries of the store.
func (w *world) entries(t *testing.T) []kv.Entry {
	t.Helper()
	var all []kv.Entry
	for after := ""; ; after = all[len(all)-1].Key {
		page, err := w.store.Scan(context.Background(), "", after, kv.MaxScanLimit)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page...)
		if len(page) < kv.MaxScanLimit {
			return all
		}
	}
}

// list returns the entries of the store under a prefix.
func (w *world) list(t *testing.T, prefix string) []kv.Entry {
	t.Helper()
	return slices.DeleteFunc(w.entries(t), func(e kv.Entry) bool { return !strings.HasPrefix(e.Key, prefix) })
}

// checkWhole checks that no reference is broken.
func (w *world) checkWhole(t *testing.T) {
	t.Helper()
	checker := fsck.New(keys(secretKey))
	for _, entry := range w.entries(t) {
		checker.Add(entry)
	}
	for _, finding := range checker.Findings() {
		t.Errorf("found: %s", finding)
	}
}

// drain delivers until nothing is outstanding, whatever leases and delays there
// are.
func (w *world) drain(t *testing.T) {
	t.Helper()
	for range 40 {
		w.must(t, "dispatch", `{}`)
		if len(w.list(t, "outbox/")) == 0 {
			return
		}
		w.advance(61 * second)
	}
	t.Error("events are outstanding forever")
}

// account has the members of a record under user/ that the tests check.
type account struct {
	ID       string `json:"id"`
	State    string `json:"state"`
	Username string `json:"username"`
}

// accounts returns the accounts and the claims that are not void.
func (w *world) accounts(t *testing.T) []account {
	t.Helper()
	var accounts []account
	for _, entry := range w.entries(t) {
		if !strings.HasPrefix(entry.Key, "user/") {
			continue
		}
		var a account
		if err := json.Unmarshal([]byte(entry.Data), &a); err != nil {
			t.Fatal(err)
		}
		if a.State == "pending" || a.State == "final" {
			accounts = append(accounts, a)
		}
	}
	return accounts
}

// checkCalls checks that each callback service received each existing account,
// always under one id, and that no id was used for two.
func (w *world) checkCalls(t *testing.T) {
	t.Helper()
	ids := map[[2]string]map[string]bool{} // by service and account
	meant := map[string][2]string{}        // by id
	for _, c := range w.heard {
		if c.service == "mailer" {
			continue
		}
		whom := [2]string{c.service, c.userID}
		if ids[whom] == nil {
			ids[whom] = map[string]bool{}
		}
		ids[whom][c.id] = true
		if other, used := meant[c.id]; used && other != whom {
			t.Errorf("the id %s was used for %v and %v", c.id, other, whom)
		}
		meant[c.id] = whom
	}
	for whom, used := range ids {
		if len(used) != 1 {
			t.Errorf("%s was told of %s under %d ids", whom[0], whom[1], len(used))
		}
	}
	for _, a := range w.accounts(t) {
		for _, service := range callbacks {
			if len(ids[[2]string{service, a.ID}]) == 0 {
				t.Errorf("%s was never told of %s", service, a.Username)
			}
		}
	}
}
