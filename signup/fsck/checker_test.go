package fsck_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/fsck"
	"github.com/enrol-sso/enrol/signup/signuptest"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// claimed returns all entries of a store with one claim, in order, and the keys
// that it is sealed with. Package signup tests the checker with every other kind
// of record.
func claimed(t *testing.T) ([]kv.Entry, *signup.Keys) {
	t.Helper()
	config, _, err := ssoconf.Parse("[main]\nemail_service=mailer\n[apps]\nsignup_allowed=CRM\n[password]\nmin_complexity=0\n")
	if err != nil {
		t.Fatal(err)
	}
	keys, err := signup.ParseKeys(signup.FormatKey("k1", make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	engine, host := signup.New(config, keys), signuptest.New()
	engine.Run("open", host, []byte(`{}`))
	engine.Run("signup", host, []byte(`{"ctx":{"username":"ada","password":"correct horse","email":"ada@example.com","app_list":["CRM"]}}`))
	entries, err := host.Store.Scan(context.Background(), "", "", kv.MaxScanLimit)
	if err != nil {
		t.Fatal(err)
	}
	return entries, keys
}

func findings(keys *signup.Keys, entries []kv.Entry) []fsck.Finding {
	checker := fsck.New(keys)
	for _, entry := range entries {
		checker.Add(entry)
	}
	return checker.Findings()
}

func TestWholeStoreHasNoFindings(t *testing.T) {
	t.Parallel()
	entries, keys := claimed(t)
	if len(entries) < 8 {
		t.Fatalf("the store has %d entries", len(entries))
	}
	for _, keys := range []*signup.Keys{keys, nil} {
		if found := findings(keys, entries); len(found) != 0 {
			t.Errorf("found %v", found)
		}
	}
	if found := findings(keys, nil); len(found) != 0 {
		t.Errorf("found %v in an empty store", found)
	}
}

func TestEveryLostEntryIsFound(t *testing.T) {
	t.Parallel()
	entries, keys := claimed(t)
	for i, entry := range entries {
		lost := slices.Delete(slices.Clone(entries), i, i+1)
		if found := findings(keys, lost); len(found) == 0 {
			t.Errorf("nobody misses %s", entry.Key)
		}
	}
}

func TestStoreOutOfOrderIsFound(t *testing.T) {
	t.Parallel()
	entries, keys := claimed(t)
	slices.Reverse(entries)
	found := findings(keys, entries)
	if !slices.ContainsFunc(found, func(f fsck.Finding) bool { return strings.Contains(f.Problem, "does not keep its order") }) {
		t.Errorf("found %v", found)
	}
}

func TestUnknownKeyIsFound(t *testing.T) {
	t.Parallel()
	entries, keys := claimed(t)
	found := findings(keys, append(entries, kv.Entry{Key: "zebra/1", Value: kv.Value{Version: "1", Data: `{"v":1}`}}))
	if len(found) != 1 || found[0].String() != "zebra/1: is an unknown key" {
		t.Errorf("found %v", found)
	}
}
