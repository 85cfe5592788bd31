package checking

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/fsck"
	"github.com/enrol-sso/enrol/signup/signuptest"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// accounts returns all entries of a store with claims, accounts, accounts that wait,
// and events.
func accounts(t *testing.T) ([]kv.Entry, *signup.Keys) {
	t.Helper()
	config, _, err := ssoconf.Parse("[main]\nemail_service=mailer\nencrypt_email=False\n[signup]\ncallback_service_list=crm, billing\nis_approval_needed=True\n[apps]\nsignup_allowed=CRM\n[password]\nmin_complexity=0\n")
	if err != nil {
		t.Fatal(err)
	}
	keys, err := signup.ParseKeys(signup.FormatKey("k1", make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	engine, host := signup.New(config, keys), signuptest.New()
	engine.Run("open", host, []byte(`{}`))
	for n := range 12 {
		answer := engine.Run("signup", host, fmt.Appendf(nil, `{"ctx":{"username":"user%d","password":"correct horse","email":"user%d@example.com","app_list":["CRM"]}}`, n, n))
		_, rest, _ := strings.Cut(string(answer), `"confirm_token":"`)
		token, _, found := strings.Cut(rest, `"`)
		if !found {
			t.Fatalf("%s", answer)
		}
		if n%3 > 0 {
			engine.Run("confirm", host, fmt.Appendf(nil, `{"confirm_token":%q}`, token))
		}
	}
	entries, err := host.Store.Scan(t.Context(), "", "", kv.MaxScanLimit)
	if err != nil {
		t.Fatal(err)
	}
	return entries, keys
}

// harmed returns entries with some damage.
func harmed(entries []kv.Entry, random *rand.Rand) []kv.Entry {
	all := slices.Clone(entries)
	for range 1 + random.IntN(6) {
		at, other := random.IntN(len(all)), random.IntN(len(all))
		switch random.IntN(6) {
		case 0:
			all = slices.Delete(all, at, at+1)
		case 1:
			all[at].Data = all[other].Data
		case 2: // the record of another key of its kind
			all[at].Key = all[at].Key[:len(all[at].Key)-1] + "0"
		case 3:
			all[at].Data = all[at].Data[:len(all[at].Data)/2]
		case 4:
			all[at].Data += "\xff"
		case 5: // an account with another id and the same address
			if id, is := strings.CutPrefix(all[at].Key, "user/"); is {
				twin := id[:len(id)-1] + "7"
				all = append(all, kv.Entry{Key: "user/" + twin, Value: kv.Value{Version: "1", Data: strings.ReplaceAll(all[at].Data, id, twin)}})
				for _, entry := range entries {
					if strings.HasPrefix(entry.Key, "mail/") && strings.Contains(entry.Data, id) {
						all = append(all, kv.Entry{Key: entry.Key + "x", Value: kv.Value{Version: "1", Data: strings.ReplaceAll(entry.Data, id, twin)}})
					}
				}
			}
		}
		slices.SortStableFunc(all, func(a, b kv.Entry) int { return cmp.Compare(a.Key, b.Key) })
	}
	return all
}

// The parts of a store have the findings that the whole has, in memory and on disk.
func TestFindsWhatOneCheckerFinds(t *testing.T) {
	entries, keys := accounts(t)
	kinds := map[string]int{}
	for seed := range uint64(150) {
		all := entries
		if seed > 0 {
			all = harmed(entries, rand.New(rand.NewPCG(seed, 1)))
		}
		checker, check := fsck.New(keys), New(keys, t.TempDir(), nil)
		if seed%2 == 0 {
			check.entries.most, check.owners.most = 3000, 40
		}
		for _, entry := range all {
			checker.Add(entry)
			if err := check.Add(entry); err != nil {
				t.Fatal(err)
			}
		}
		want := checker.Findings()
		got, err := check.Findings()
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("seed %d: %v\ngot  %v\nwant %v", seed, err, got, want)
		}
		if seed == 0 && len(got) > 0 {
			t.Fatal(got)
		}
		for _, finding := range got {
			words := strings.Fields(finding.Problem)
			kinds[strings.Join(words[:min(3, len(words))], " ")]++
		}
	}
	if len(kinds) < 10 || kinds["has the same"] == 0 {
		t.Errorf("the damage is of few kinds: %v", kinds)
	}
}

// A scan out of order is found as such.
func TestScanOutOfOrder(t *testing.T) {
	entries, keys := accounts(t)
	slices.Reverse(entries)
	check := New(keys, t.TempDir(), nil)
	for _, entry := range entries {
		if err := check.Add(entry); err != nil {
			t.Fatal(err)
		}
	}
	found, err := check.Findings()
	found = slices.DeleteFunc(found, func(f fsck.Finding) bool { return !strings.Contains(f.Problem, "does not keep its order") })
	if err != nil || len(found) != len(entries)-1 {
		t.Errorf("%d of %d: %v", len(found), len(entries), err)
	}
}

func TestTemporaryFile(t *testing.T) {
	entries, keys := accounts(t)
	dir := t.TempDir()
	check := New(keys, dir, nil)
	check.entries.most = 1
	for _, entry := range entries {
		if err := check.Add(entry); err != nil {
			t.Fatal(err)
		}
	}
	info, err := check.entries.file.Stat()
	if err != nil || info.Mode().Perm() != 0o600 || info.Size() == 0 {
		t.Error(info, err)
	}
	if err := check.Close(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left are %v, %v", left, err)
	}

	for _, harm := range []func(*os.File) error{
		func(file *os.File) error { return file.Truncate(info.Size() / 2) },
		(*os.File).Close,
	} {
		check = New(keys, dir, nil)
		check.entries.most = 1
		for _, entry := range entries {
			if err := check.Add(entry); err != nil {
				t.Fatal(err)
			}
		}
		if err := harm(check.entries.file); err != nil {
			t.Fatal(err)
		}
		if _, err := check.Findings(); err == nil || !strings.Contains(err.Error(), "temporary file") {
			t.Errorf("got %v", err)
		}
	}

	t.Setenv("TMPDIR", dir+"/missing")
	check = New(keys, dir+"/missing too", nil)
	check.entries.most = 1
	if err := check.Add(entries[0]); err == nil || !strings.Contains(err.Error(), "needs a temporary file") {
		t.Errorf("got %v", err)
	}
}
