package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
)

// busyStore is a store that others change while it is read: the n-th reading
// does not see the n-th of some entries yet.
type busyStore struct {
	kv.Store
	late []string
	read int
}

func (b *busyStore) Scan(ctx context.Context, prefix, after string, limit int) ([]kv.Entry, error) {
	entries, err := b.Store.Scan(ctx, prefix, after, limit)
	if after == "" {
		b.read++
	}
	var seen []kv.Entry
	for _, entry := range entries {
		if b.read > len(b.late) || !strings.HasPrefix(entry.Key, b.late[b.read-1]) {
			seen = append(seen, entry)
		}
	}
	return seen, err
}

func TestFsckOfAStoreInUseReportsWhatPersists(t *testing.T) {
	store := memory.New()
	audit, err := host.OpenAuditFile(filepath.Join(t.TempDir(), "audit.jsonl"), host.AuditFileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer audit.Close()
	key := host.NewSecretKey()
	enrol, err := host.New(t.Context(), host.Options{
		Conf: "[apps]\nsignup_allowed=CRM\n[password]\nmin_complexity=0\n", SecretKey: key, Store: store, Audit: audit, Native: true, DispatchInterval: -1,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer enrol.Close(t.Context())
	answer, err := enrol.Signup(t.Context(), signup.SignupRequest{Username: "ada", Email: "ada@example.com", Password: "correct horse battery", AppList: []string{"CRM"}})
	if err != nil || !answer.OK() {
		t.Fatal(answer, err)
	}
	keys, err := signup.ParseKeys(key)
	if err != nil {
		t.Fatal(err)
	}
	begin := func() *counted { return newCounted(keys, storePlace{dir: t.TempDir()}, &progress{}) }
	for _, late := range [][]string{nil, {"token/"}, {"token/", "pending/"}, {"user/", "outbox/", "name/"}} {
		if found, err := check(&busyStore{Store: store, late: late}, begin); err != nil || len(found) != 0 {
			t.Errorf("late are %v: found %v, %v", late, found, err)
		}
	}
	if applied, err := store.Commit(t.Context(), kv.Batch{Puts: []kv.Put{{Key: "health/x", Data: "{"}}}); err != nil || !applied {
		t.Fatal(applied, err)
	}
	found, err := check(&busyStore{Store: store, late: []string{"token/", "pending/"}}, begin)
	if err != nil || len(found) == 0 {
		t.Fatalf("of real damage it found %v, %v", found, err)
	}
	for _, finding := range found {
		if finding.Key != "health/x" {
			t.Errorf("found %v", finding)
		}
	}
}
