package signup

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/fsck"
	"github.com/enrol-sso/enrol/signup/internal/keyring"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// checkFindings fails the test if the checker finds anything, with or without
// keys.
func (w *world) checkFindings() {
	w.t.Helper()
	for _, keys := range []*Keys{w.engine.keys, nil} {
		for _, finding := range findings(keys, w.dump()) {
			w.t.Errorf("found: %s", finding)
		}
	}
}

func findings(keys *Keys, entries []kv.Entry) []fsck.Finding {
	c := fsck.New(keys)
	for _, entry := range entries {
		c.Add(entry)
	}
	return c.Findings()
}

// content is the content of a store that a test damages.
type content map[string]string

func (c content) entries() []kv.Entry {
	var entries []kv.Entry
	for _, key := range slices.Sorted(maps.Keys(c)) {
		entries = append(entries, kv.Entry{Key: key, Value: kv.Value{Version: "1", Data: c[key]}})
	}
	return entries
}

// key returns the only key with this beginning and end.
func (c content) key(t *testing.T, prefix, end string) string {
	t.Helper()
	var found []string
	for key := range c {
		if strings.HasPrefix(key, prefix) && strings.HasSuffix(key, end) {
			found = append(found, key)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%s…%s is any of %v", prefix, end, found)
	}
	return found[0]
}

// set changes a member of a record; nil removes it.
func (c content) set(t *testing.T, key, member string, value any) {
	t.Helper()
	var stored map[string]any
	if err := json.Unmarshal([]byte(c[key]), &stored); err != nil {
		t.Fatalf("%s: %v", key, err)
	}
	stored[member] = value
	if value == nil {
		delete(stored, member)
	}
	c[key] = inJSON(stored)
}

// move moves a record to another key.
func (c content) move(from, to string) {
	c[to] = c[from]
	delete(c, from)
}

// populated returns a store with one of everything: an account that is ready
// and one that waits for approval, claims that wait, claims that are void
// because of their name or their address, one that took over an expired name,
// one whose void rival is left, kept answers, events, and a dead letter.
func populated(t *testing.T) (w *world, ids map[string]string) {
	t.Helper()
	w = newWorld(t, "signup.is_approval_needed=False", "enrol.buckets=4")
	ids = map[string]string{}
	id := func(who, username string) {
		t.Helper()
		ids[who] = w.mustRun("get", GetRequest{Username: username}).User.UserID
	}
	w.account("old", "old@example.com")
	w.claim("gone", "gone@example.com")
	w.claim("GONE", "rival@example.com")
	w.Services = func(ServiceCall) (string, error) { return "", errOutside }
	for range 200 {
		w.mustRun("dispatch", DispatchRequest{Limit: 100})
		w.pass(30 * minute)
	}
	w.Services = nil
	ids["old"] = ""
	id("old", "old")
	w.claim("gone", "again@example.com")
	ready := w.mustRun("signup", asked("ready", "ready@example.com", "key-1"))
	w.mustRun("confirm", ConfirmRequest{ConfirmToken: Secret(ready.ConfirmToken), IdempotencyKey: "key-1"})
	id("ready", "ready")
	w.claim("waits", "waits@example.com")
	id("waits", "waits")
	w.claim("READY", "other@example.com")   // void: the name
	w.claim("unlucky", "ready@example.com") // void: the address
	w.claim("rival", "waits@example.com")   // two wait for one address
	slow := w.fork(7)
	slow.engine = New(configured(t, "enrol.buckets=4", "main.encrypt_email=False", "main.encrypt_password=False"), testKeys(t, "k1"))
	slow.account("slow", "slow@example.com")
	id("slow", "slow")
	return w, ids
}

func (w *world) content() content {
	c := content{}
	for _, entry := range w.dump() {
		c[entry.Key] = entry.Data
	}
	return c
}

func TestCheckerFindsNothingInAnIntactStore(t *testing.T) {
	t.Parallel()
	w, _ := populated(t)
	w.checkInvariants()
	for _, list := range []string{"approval/", "dead/", record.EventPrefix, record.IdemPrefix, "mail/", record.NamePrefix, record.OutboxPrefix, "pending/", record.TokenPrefix, record.UserPrefix} {
		if len(w.list(list)) < 1 {
			t.Errorf("the store has nothing under %s", list)
		}
	}
	if found := findings(nil, nil); len(found) > 0 {
		t.Errorf("found in an empty store: %v", found)
	}
	if found := findings(testKeys(t, "k1"), bareOpened(t).dump()); len(found) > 0 {
		t.Errorf("found in a new store: %v", found)
	}
}

func bareOpened(t *testing.T) *world { return newWorld(t) }

// mayMiss reports whether a record of the populated store may be missing
// without a finding: kept answers and dead letters stand alone, and a void
// claim needs no name.
func mayMiss(key string) bool {
	switch list, rest, _ := strings.Cut(key, "/"); list {
	case "idem", "dead":
		return true
	case "name":
		return rest == "unlucky"
	}
	return false
}

// Every lost and every damaged record is found.
func TestCheckerFindsEveryLostAndEveryDamagedRecord(t *testing.T) {
	t.Parallel()
	w, _ := populated(t)
	good := w.content()
	keys := w.engine.keys
	for key, data := range good {
		lost := maps.Clone(good)
		delete(lost, key)
		if found := findings(keys, lost.entries()); (len(found) == 0) != mayMiss(key) {
			t.Errorf("without %s: %v", key, found)
		}
		for how, other := range map[string]string{
			"empty":     "",
			"cut off":   data[:len(data)-1],
			"of others": `{"v":0}`,
			"not UTF-8": strings.Replace(data, ":", ":\xff", 1),
			"newer":     strings.Replace(data, `"v":1`, `"v":2`, 1),
			"hollow":    `{"v":1}`,
		} {
			damaged := maps.Clone(good)
			damaged[key] = other
			hollow := how == "hollow" && strings.HasPrefix(key, record.OutboxPrefix) // all that an entry without predecessor holds
			if found := findings(keys, damaged.entries()); !hollow && !slices.ContainsFunc(found, func(f fsck.Finding) bool { return f.Key == key }) {
				t.Errorf("%s is %s: %v", key, how, found)
			}
			_ = findings(nil, damaged.entries())
		}
	}
}

func TestCheckerOpensEverySealedText(t *testing.T) {
	t.Parallel()
	w, _ := populated(t)
	good := w.content()
	opened := 0
	for key, data := range good {
		for _, member := range []string{"sealed", "email_sealed", "password_sealed"} {
			before, after, found := strings.Cut(data, `"`+member+`":"k1.`)
			if !found {
				continue
			}
			opened++
			for how, sealed := range map[string]string{
				"changed":       "k1." + flip(after[:40]) + after[40:],
				"of other keys": "k2." + after,
			} {
				damaged := maps.Clone(good)
				damaged[key] = before + `"` + member + `":"` + sealed
				if found := findings(w.engine.keys, damaged.entries()); len(found) != 1 || found[0].Key != key {
					t.Errorf("%s of %s is %s: %v", member, key, how, found)
				}
				if found := findings(nil, damaged.entries()); len(found) != 0 {
					t.Errorf("without keys: %v", found)
				}
			}
		}
	}
	if opened < 20 {
		t.Errorf("%d texts were sealed", opened)
	}
	for _, other := range []*Keys{testKeys(t, "k2"), mustKeys(t, FormatKey("k1", make([]byte, keyring.Bytes)))} {
		found := findings(other, good.entries())
		if !slices.ContainsFunc(found, func(f fsck.Finding) bool { return f.Key == record.KeysKey && strings.Contains(f.Problem, "secret key") }) {
			t.Errorf("with other keys: %v", found)
		}
	}
}

func mustKeys(t *testing.T, text Secret) *Keys {
	t.Helper()
	keys, err := ParseKeys(text)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// flip changes the last character of a text.
func flip(text string) string {
	last := "A"
	if strings.HasSuffix(text, "A") {
		last = "B"
	}
	return text[:len(text)-1] + last
}

// Every single change of a reference is found in its place.
func TestCheckerFindsContradictions(t *testing.T) {
	t.Parallel()
	w, ids := populated(t)
	good := w.content()
	nobody := record.NewID([]byte("nobody at all..."))
	for what, test := range map[string]struct {
		damage func(t *testing.T, c content)
		want   string // part of a finding
	}{
		"a key of others":  {func(t *testing.T, c content) { c["notes"] = "{}" }, "notes: is an unknown key"},
		"a list of others": {func(t *testing.T, c content) { c["notes/1"] = `{"v":1}` }, "notes/1: is an unknown key"},
		"a checkpoint":     {func(t *testing.T, c content) { c["meta/audit/0011223344556677"] = `{"chain":"0"}` }, "meta/audit/0011223344556677: the checkpoint of the audit trail is damaged"},
		"a meta of others": {func(t *testing.T, c content) { c["meta/notes"] = `{"v":1}` }, "meta/notes: is an unknown key"},
		"other tables":     {func(t *testing.T, c content) { c.set(t, record.FormatKey, "unicode", "1.0") }, "meta/format: the store was created with Unicode"},
		"no buckets":       {func(t *testing.T, c content) { c.set(t, record.FormatKey, "buckets", 0) }, "meta/format: the record is damaged: 0 buckets"},
		"other buckets":    {func(t *testing.T, c content) { c.set(t, record.FormatKey, "buckets", 3) }, "is in the wrong place"},
		"no keys":          {func(t *testing.T, c content) { c.set(t, record.KeysKey, "keys", []any{}) }, "meta/keys: the record is damaged"},
		"hashes of no kind": {func(t *testing.T, c content) {
			c.set(t, record.KeysKey, "hashes", []any{map[string]any{"algorithm": "md5", "iterations": 1, "length": 32, "salt": 16}})
		}, "meta/keys: the record is damaged: its kinds of password hashes"},
		"the same hash twice": {func(t *testing.T, c content) {
			c.set(t, record.KeysKey, "hashes", slices.Repeat([]any{map[string]any{"algorithm": "pbkdf2-sha512", "iterations": 1, "length": 64, "salt": 16}}, 2))
		}, "meta/keys: the record is damaged: its kinds of password hashes"},
		"another's name":       {func(t *testing.T, c content) { c.set(t, "name/waits", "id", ids["slow"]) }, "user/" + ids["waits"] + ": does not own its name"},
		"a name of nobody":     {func(t *testing.T, c content) { c.set(t, "name/waits", "id", nobody) }, "name/waits: leads to user/" + nobody + ", which does not exist"},
		"a name of no id":      {func(t *testing.T, c content) { c.set(t, "name/waits", "id", "x") }, `name/waits: the record is damaged: it leads to the account "x"`},
		"a name free too soon": {func(t *testing.T, c content) { c.set(t, "name/waits", "expires", 1) }, "name/waits: is pending until 1, and"},
		"a name not final":     {func(t *testing.T, c content) { c.set(t, "name/ready", "state", "pending") }, "name/ready: is pending until 0, and"},
		"a state of others":    {func(t *testing.T, c content) { c.set(t, "name/ready", "state", "lost") }, `name/ready: the record is damaged: its state is "lost"`},
		"nothing listed":       {func(t *testing.T, c content) { c.set(t, "name/waits", "keys", []any{}) }, "name/waits: does not list token/"},
		"too much listed":      {func(t *testing.T, c content) { c.set(t, "name/old", "keys", []any{"user/" + nobody}) }, "name/old: lists user/" + nobody},
		"two names":            {func(t *testing.T, c content) { c["name/second"] = c["name/ready"] }, "name/second: leads to user/" + ids["ready"]},
		"another spelling":     {func(t *testing.T, c content) { c.set(t, "user/"+ids["ready"], "username", "reаdy") }, "its username does not match"},
		"another id":           {func(t *testing.T, c content) { c.set(t, "user/"+ids["ready"], "id", nobody) }, "it is the account"},
		"another user state":   {func(t *testing.T, c content) { c.set(t, "user/"+ids["waits"], "state", "lost") }, `its state is "lost"`},
		"never confirmed":      {func(t *testing.T, c content) { c.set(t, "user/"+ids["ready"], "confirm_time", nil) }, "its times contradict each other"},
		"approved too early": {func(t *testing.T, c content) {
			c.set(t, "user/"+ids["waits"], "approval_status", "approved")
			c.set(t, "user/"+ids["waits"], "is_approval_needed", true)
		}, "is pending and has the approval_status approved"},
		"never approved":      {func(t *testing.T, c content) { c.set(t, "user/"+ids["ready"], "approval_status", "before_decision") }, "is final and has the approval_status before_decision"},
		"approved by mistake": {func(t *testing.T, c content) { c.set(t, "user/"+ids["slow"], "approval_status", "approved") }, "does not wait for approval"},
		"another approval":    {func(t *testing.T, c content) { c.set(t, "user/"+ids["slow"], "approval_status", "maybe") }, `its approval_status is "maybe"`},
		"approved elsewhere": {func(t *testing.T, c content) {
			c.move(c.key(t, "approval/", ids["slow"]), "approval/00/0000000000001/"+ids["slow"])
		}, "approval/00/0000000000001/" + ids["slow"] + ": is in the wrong place"},
		"no password":       {func(t *testing.T, c content) { c.set(t, "user/"+ids["slow"], "password", nil) }, "it needs one hash of a password"},
		"a clear password":  {func(t *testing.T, c content) { c.set(t, "user/"+ids["slow"], "password", "secret") }, "its password hash does not start with $"},
		"two addresses":     {func(t *testing.T, c content) { c.set(t, "user/"+ids["ready"], "email", "b@example.com") }, "it has two addresses"},
		"no address":        {func(t *testing.T, c content) { c.set(t, "user/"+ids["slow"], "email", nil) }, "owns no address"},
		"a broken address":  {func(t *testing.T, c content) { c.set(t, "user/"+ids["slow"], "email", "slow") }, "its address is invalid"},
		"another address":   {func(t *testing.T, c content) { c.set(t, "user/"+ids["slow"], "email", "b@example.com") }, "which has another address"},
		"an address of two": {func(t *testing.T, c content) { c.set(t, "user/"+ids["slow"], "email", "Ready@Example.com") }, "has the same address as user/"},
		"an address of a claim": {func(t *testing.T, c content) {
			c.set(t, mailOf(t, c, ids["slow"]), "id", ids["waits"])
		}, "which owns no address"},
		"an address of no form": {func(t *testing.T, c content) { c.move(mailOf(t, c, ids["slow"]), "mail/k1/x") }, "mail/k1/x: the key is damaged"},
		"an address of lost keys": {func(t *testing.T, c content) {
			from := mailOf(t, c, ids["slow"])
			c.move(from, strings.Replace(from, "k1", "k0", 1))
		}, "was made with a missing secret key"},
		"a token of nobody":   {func(t *testing.T, c content) { c.set(t, tokenOf(t, c, ids["waits"]), "id", nobody) }, "which does not exist"},
		"a token for another": {func(t *testing.T, c content) { c.set(t, tokenOf(t, c, ids["waits"]), "name", "slow") }, "is for another name"},
		"a token of no form":  {func(t *testing.T, c content) { c.move(tokenOf(t, c, ids["waits"]), "token/x") }, "token/x: the key is damaged"},
		"a token too many":    {func(t *testing.T, c content) { c["token/"+record.HashToken("x")] = c[tokenOf(t, c, ids["waits"])] }, "does not list token/" + record.HashToken("x")},
		"a claim confirmed":   {func(t *testing.T, c content) { c.set(t, c.key(t, "pending/", ids["waits"]), "state", "confirmed") }, "is confirmed, or of another name"},
		"a claim forgotten": {func(t *testing.T, c content) {
			c.set(t, c.key(t, "pending/", ids["waits"]), "keys", []any{})
		}, "does not list user/" + ids["waits"]},
		"a claim later": {func(t *testing.T, c content) {
			from := c.key(t, "pending/", ids["waits"])
			c.move(from, from[:12]+"8"+from[13:])
		}, "is in the wrong place"},
		"a claim twice": {func(t *testing.T, c content) {
			from := c.key(t, "pending/", ids["waits"])
			c[from[:12]+"8"+from[13:]] = c[from]
		}, "has 2 entries under pending/"},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			damaged := maps.Clone(good)
			test.damage(t, damaged)
			found := findings(w.engine.keys, damaged.entries())
			if !slices.ContainsFunc(found, func(f fsck.Finding) bool { return strings.Contains(f.String(), test.want) }) {
				t.Errorf("found %v, without %q", found, test.want)
			}
		})
	}
}

// leading returns the only key of a list whose record leads to an account.
func leading(t *testing.T, c content, list, id string) string {
	t.Helper()
	for key, data := range c {
		if strings.HasPrefix(key, list) && strings.Contains(data, fmt.Sprintf(`"id":%q`, id)) {
			return key
		}
	}
	t.Fatalf("nothing under %s leads to %s", list, id)
	return ""
}

func mailOf(t *testing.T, c content, id string) string  { return leading(t, c, "mail/", id) }
func tokenOf(t *testing.T, c content, id string) string { return leading(t, c, record.TokenPrefix, id) }
