package wire_test

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/signuptest"
	"github.com/enrol-sso/enrol/wasm/wire"
)

// across returns a host that passes its effects across the boundary to another
// host.
func across(host signup.Host) signup.Host {
	return wire.Host(func(effect string, request []byte) []byte { return wire.Perform(host, effect, request) })
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %#v\nwant %#v", what, got, want)
	}
}

func TestEffectsCrossTheBoundaryUnchanged(t *testing.T) {
	t.Parallel()
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	s := script{
		now:     1790000000000,
		entropy: every,
		values:  []kv.Value{{Version: "7", Data: "<&>\u2028\" \\ 🙂\n"}, {}, {Version: "8"}},
		applied: true,
		entries: []kv.Entry{{Key: "outbox/é", Value: kv.Value{Version: "9", Data: "{}"}}},
		answer:  `{"is_valid":true}`,
		key:     []byte{0, 255},
	}
	there := s.host()
	var hashed []string
	there.Derive = func(_ signup.KDFParams, password, salt []byte) ([]byte, error) {
		hashed = append(hashed, string(password), string(salt))
		return s.key, nil
	}
	host := across(there)

	now, err := host.Now()
	same(t, "now", now, s.now)
	entropy, err1 := host.Entropy(256)
	same(t, "entropy", entropy, every)
	values, err2 := host.Get([]string{"a", "b", "c"})
	same(t, "values", values, s.values)
	applied, err3 := host.Commit(batch)
	same(t, "applied", applied, true)
	entries, err4 := host.Scan("outbox/", "outbox/a", 100)
	same(t, "entries", entries, s.entries)
	err5 := host.Audit(event)
	answer, err6 := host.Call(call)
	same(t, "answer", answer, s.answer)
	key, err7 := host.DeriveKey(argon, every, []byte("salt"))
	same(t, "key", key, s.key)

	if err := errors.Join(err, err1, err2, err3, err4, err5, err6, err7); err != nil {
		t.Error(err)
	}
	same(t, "requests", there.Effects(), []signuptest.Effect{
		{Kind: signuptest.Now},
		{Kind: signuptest.Entropy, Bytes: 256},
		{Kind: signuptest.Get, Keys: []string{"a", "b", "c"}},
		{Kind: signuptest.Commit, Batch: batch},
		{Kind: signuptest.Scan, Prefix: "outbox/", After: "outbox/a", Limit: 100},
		{Kind: signuptest.Audit, Event: event},
		{Kind: signuptest.Call, Call: call},
		{Kind: signuptest.DeriveKey, Params: argon, Bytes: len("salt")},
	})
	same(t, "the password and the salt", hashed, []string{string(every), "salt"})
}

func TestEmptyValuesCrossTheBoundary(t *testing.T) {
	t.Parallel()
	host := across(script{applied: true, key: []byte{1}}.host())
	if values, err := host.Get([]string{}); len(values) != 0 || err != nil {
		t.Error(values, err)
	}
	if entries, err := host.Scan("", "", 1); len(entries) != 0 || err != nil {
		t.Error(entries, err)
	}
	if applied, err := host.Commit(kv.Batch{}); err != nil || !applied {
		t.Error(applied, err)
	}
	if answer, err := host.Call(signup.ServiceCall{}); answer != "" || err != nil {
		t.Error(answer, err)
	}
	if err := host.Audit(signup.AuditEvent{}); err != nil {
		t.Error(err)
	}
}

func TestErrorsCrossTheBoundary(t *testing.T) {
	t.Parallel()
	for effect, err := range each(across(script{err: errDisk}.host())) {
		if err == nil || err.Error() != errDisk.Error() {
			t.Errorf("%s: %v", effect, err)
		}
		if errors.Is(err, kv.ErrUnknown) {
			t.Errorf("%s: an error that the host returned counts as unknown", effect)
		}
	}
}

func TestErrorWithoutATextIsAnError(t *testing.T) {
	t.Parallel()
	for effect, err := range each(across(script{err: errors.New("")}.host())) {
		if err == nil {
			t.Error(effect)
		}
	}
}

func TestCommitsReportTheirOutcome(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		applied bool
		err     error
		is      error
	}{
		"applied":     {applied: true},
		"refused":     {},
		"conflict":    {err: fmt.Errorf("store: %w", kv.ErrConflict)},
		"unknown":     {err: fmt.Errorf("lost the line: %w", kv.ErrUnknown), is: kv.ErrUnknown},
		"both counts": {err: errors.Join(kv.ErrConflict, kv.ErrUnknown), is: kv.ErrUnknown},
	} {
		applied, err := across(script{applied: c.applied, err: c.err}.host()).Commit(batch)
		if applied != c.applied || !errors.Is(err, c.is) || (err == nil) != (c.is == nil) {
			t.Errorf("%s: %v, %v", name, applied, err)
		}
		if c.is == kv.ErrUnknown && errors.Is(err, kv.ErrConflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := across(script{err: fmt.Errorf("lost the line: %w", kv.ErrUnknown)}.host()).Commit(batch)
	if !strings.Contains(err.Error(), "lost the line") {
		t.Errorf("the reason is lost: %v", err)
	}
}

func TestHostMayLeaveHashingToTheCore(t *testing.T) {
	t.Parallel()
	key, err := across(script{err: signup.ErrNoKDF}.host()).DeriveKey(pbkdf, []byte("secret"), []byte("salt"))
	if key != nil || !errors.Is(err, signup.ErrNoKDF) {
		t.Errorf("%q, %v", key, err)
	}
}

func TestBusyHostIsReportedAcrossTheBoundary(t *testing.T) {
	t.Parallel()
	key, err := across(script{err: fmt.Errorf("host: %w", &signup.BusyError{RetryAfter: 3})}.host()).DeriveKey(pbkdf, []byte("secret"), []byte("salt"))
	if busy, ok := errors.AsType[*signup.BusyError](err); key != nil || !ok || busy.RetryAfter != 3 {
		t.Errorf("%q, %v", key, err)
	}
}

// TestRequestsMatchTheABI checks the bytes against ABI.md, member by member.
func TestRequestsMatchTheABI(t *testing.T) {
	t.Parallel()
	got := map[string]string{}
	var last string
	host := wire.Host(func(effect string, request []byte) []byte {
		for got[effect] != "" {
			effect += " again"
		}
		got[effect], last = string(request), effect
		return nil
	})
	each(host)
	host.DeriveKey(pbkdf, []byte("secret"), []byte{0xfb, 0xff})
	host.DeriveKey(signup.KDFParams{Algorithm: signup.Scrypt, Iterations: 65536, Parallelism: 1, BlockSize: 8, Length: 32}, []byte("secret"), nil)
	host.Commit(kv.Batch{})
	host.Audit(signup.AuditEvent{CID: "c", Op: "user.signup"})
	for effect, want := range map[string]string{
		"now":             `{}`,
		"entropy":         `{"bytes":3}`,
		"kv_get":          `{"keys":["a","b"]}`,
		"kv_commit":       `{"checks":[{"key":"name/ada","version":"7"},{"key":"user/1","version":""}],"puts":[{"key":"user/1","data":"{\"v\":1,\"name\":\"<Ada> & \\\"co\\\" 🙂\"}"}],"deletes":["token/x"]}`,
		"kv_commit again": `{"checks":[],"puts":[],"deletes":[]}`,
		"kv_scan":         `{"prefix":"outbox/","after":"","limit":100}`,
		"audit":           `{"cid":"c","op":"user.signup","target_user":"u","result":"error","extra":{"current_app":"CRM","remote_addr":"127.0.0.1;::1","sub_status":["E001002"]}}`,
		"audit again":     `{"cid":"c","op":"user.signup"}`,
		"callback":        `{"service":"https://example.com/?a=1&b=2","headers":{"webhook-id":"id","webhook-timestamp":"1790000000","webhook-signature":"v1,c2ln"},"body":"{\"type\":\"user.signup\"}"}`,
		"kdf":             `{"algorithm":"argon2id","memory":19456,"iterations":2,"parallelism":1,"length":32,"password":"c2VjcmV0","salt":"c2FsdA"}`,
		"kdf again":       `{"algorithm":"pbkdf2-sha512","iterations":120000,"length":64,"password":"c2VjcmV0","salt":"-_8"}`,
		"kdf again again": `{"algorithm":"scrypt","iterations":65536,"parallelism":1,"block":8,"length":32,"password":"c2VjcmV0","salt":""}`,
	} {
		if got[effect] != want {
			t.Errorf("%s:\n got %s\nwant %s", effect, got[effect], want)
		}
	}
	if len(got) != 12 {
		t.Errorf("%d requests, the last %s", len(got), last)
	}
}

func TestAnswersMatchTheABI(t *testing.T) {
	t.Parallel()
	whole := script{
		now: 1790000000000, entropy: []byte{0xfb, 0xff, 0}, applied: true, answer: `{"a":"<&>"}`, key: []byte("key"),
		values:  []kv.Value{{Version: "7", Data: "<&>"}, {}},
		entries: []kv.Entry{{Key: "k", Value: kv.Value{Version: "v", Data: "d"}}},
	}
	for _, c := range []struct {
		answers       script
		effect, asked string
		want          string
	}{
		{whole, wire.Now, `{}`, `{"unix_ms":1790000000000}`},
		{whole, wire.Entropy, `{"bytes":3}`, `{"entropy":"-_8A"}`},
		{whole, wire.Get, `{"keys":["a","b"]}`, `{"values":[{"version":"7","data":"<&>"},null]}`},
		{whole, wire.Commit, `{"checks":[],"puts":[],"deletes":[]}`, `{"applied":true}`},
		{script{}, wire.Commit, `{}`, `{"applied":false}`},
		{script{applied: true, err: kv.ErrConflict}, wire.Commit, `{}`, `{"applied":false}`},
		{script{err: kv.ErrUnknown}, wire.Commit, `{}`, `{"unknown":"kv: unknown whether the batch was applied"}`},
		{whole, wire.Scan, `{"prefix":"","after":"","limit":1}`, `{"entries":[{"key":"k","version":"v","data":"d"}]}`},
		{script{}, wire.Scan, `{"prefix":"","after":"","limit":1}`, `{"entries":[]}`},
		{whole, wire.Audit, `{"cid":"c","op":"o"}`, `{}`},
		{whole, wire.Callback, `{"service":"s"}`, `{"body":"{\"a\":\"<&>\"}"}`},
		{script{}, wire.Callback, `{"service":"s"}`, `{"body":""}`},
		{whole, wire.KDF, `{"algorithm":"argon2id","password":"","salt":""}`, `{"key":"a2V5"}`},
		{script{err: signup.ErrNoKDF}, wire.KDF, `{"algorithm":"argon2id"}`, `{"unsupported":true}`},
		{script{err: &signup.BusyError{RetryAfter: 3}}, wire.KDF, `{"algorithm":"argon2id"}`, `{"retry_after":3}`},
		{script{err: &signup.BusyError{}}, wire.KDF, `{"algorithm":"argon2id"}`, `{"retry_after":1}`},
		{script{err: errDisk}, wire.Audit, `{"cid":"c","op":"o"}`, `{"error":"the disk is full"}`},
	} {
		if got := wire.Perform(c.answers.host(), c.effect, []byte(c.asked)); string(got) != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.effect, got, c.want)
		}
	}
}

func TestEffectsAreTheImportsOfTheModule(t *testing.T) {
	t.Parallel()
	want := []string{"now", "entropy", "kv_get", "kv_commit", "kv_scan", "audit", "callback", "kdf"}
	if !slices.Equal(wire.Effects(), want) {
		t.Error(wire.Effects())
	}
	for _, effect := range append(want, "take", "", "KV_GET") {
		answer := wire.Perform(signuptest.New(), effect, []byte("null"))
		if known := slices.Contains(want, effect); known == bytes.Contains(answer, []byte("unknown effect")) {
			t.Errorf("%s: %s", effect, answer)
		}
	}
}
