package signup

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/phc"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/signuptest"
)

// reconfigured replaces the engine of a world by one with other settings and the
// same keys, without opening the store again.
func (w *world) reconfigured(changes ...string) {
	w.t.Helper()
	w.engine = New(configured(w.t, changes...), w.engine.keys)
}

// kinds of hashes in use, as "algorithm iterations".
func (w *world) hashes() (texts []string) {
	w.t.Helper()
	for _, kind := range read[record.Keys](w, record.KeysKey).Hashes {
		texts = append(texts, fmt.Sprint(kind.Algorithm, " ", kind.Iterations))
	}
	return texts
}

// hashOfLogin returns the kind of the first hash that a login computes, as
// "algorithm iterations".
func (w *world) hashOfLogin(request VerifyRequest) (kind string) {
	w.t.Helper()
	w.Derive = func(params KDFParams, password, salt []byte) ([]byte, error) {
		if kind == "" {
			kind = fmt.Sprint(params.Algorithm, " ", params.Iterations)
		}
		return signuptest.QuickKey(params, password, salt)
	}
	w.run("verify", request)
	w.Derive = nil
	return kind
}

const pbkdf2 = "enrol.password_hash=pbkdf2-sha512"

// The first account with another kind of hash adds it in its own commit, with
// the same effects as the next one. So does a void claim.
func TestFirstAccountAddsItsKindOfHash(t *testing.T) {
	t.Parallel()
	for _, email := range []string{"bob@example.com", "ada@example.com"} {
		w := newWorld(t)
		w.account("ada", "ada@example.com")
		before := w.kinds()
		if got := w.hashes(); !slices.Equal(got, []string{"argon2id 1"}) {
			t.Errorf("in use: %q", got)
		}
		w.reconfigured(pbkdf2, "hash_secret.rounds=1000")
		w.mustRun("open", `{}`)
		if got := w.hashes(); !slices.Equal(got, []string{"argon2id 1"}) {
			t.Errorf("in use before anybody signed up: %q", got)
		}
		var kinds, puts []string
		for n := range 2 {
			w.claim(fmt.Sprint("somebody", n), email)
			kinds = append(kinds, w.kinds())
			for _, e := range w.Effects() {
				if e.Kind == "commit" {
					for _, put := range e.Batch.Puts {
						puts = append(puts, strings.SplitAfter(put.Key, "/")[0])
					}
				}
			}
		}
		if got := w.hashes(); !slices.Equal(got, []string{"argon2id 1", "pbkdf2-sha512 1000"}) {
			t.Errorf("in use: %q", got)
		}
		if kinds[0] != kinds[1] {
			t.Errorf("the effects are %s, then %s; of a confirm %s", kinds[0], kinds[1], before)
		}
		if n := strings.Count(strings.Join(puts, " "), "meta/"); n != 1 {
			t.Errorf("two sign-ups write %q", puts)
		}
		w.checkInvariants()
	}
}

// Two processes make the first account with another kind of hash at once: both
// accounts are made, and the kind is in the list once.
func TestTwoFirstAccountsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account("ada", "ada@example.com")
	w.reconfigured("enrol.argon2_iterations=2")
	other := w.fork(1)
	w.before = func(_ int, e effect) error {
		if e.Kind == "commit" && w.commits == 0 {
			other.claim("eve", "eve@example.com")
		}
		return nil
	}
	w.claim("bob", "bob@example.com")
	if got := w.hashes(); w.commits != 2 || !slices.Equal(got, []string{"argon2id 1", "argon2id 2"}) {
		t.Errorf("in use after %d commits: %q", w.commits, got)
	}
	w.checkInvariants()
}

// nobodys returns the kind of hash of each unknown name and address.
func nobodys(w *world) map[string]string {
	w.t.Helper()
	kinds := map[string]string{}
	for n := range 150 {
		name := fmt.Sprint("nobody", n)
		kinds[name] = w.hashOfLogin(login(name, "", "wrong"))
		kinds[name+"@example.com"] = w.hashOfLogin(login("", name+"@example.com", "wrong"))
	}
	return kinds
}

func shareOf(kinds map[string]string, kind string) int {
	n := 0
	for _, k := range kinds {
		if k == kind {
			n += 100
		}
	}
	return n / len(kinds)
}

// After a change of settings, an unknown name or address costs what an account
// costs that was made before or after it. Which of them does not change until
// the next kind comes into use, and then only to that one.
func TestNobodyHasAKindOfHashInUse(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "enrol.verify_slow_after=0", "enrol.verify_stop_after=0")
	w.account("ada", "ada@example.com")
	w.reconfigured("enrol.verify_slow_after=0", "enrol.verify_stop_after=0", pbkdf2, "hash_secret.rounds=1000")
	if got := shareOf(nobodys(w), "argon2id 1"); got != 100 {
		t.Errorf("before the first account with the new settings, %d %% of unknown names have the old kind", got)
	}
	w.account("bob", "bob@example.com")
	if ada, bob := w.hashOfLogin(login("ada", "", "wrong")), w.hashOfLogin(login("", "bob@example.com", "wrong")); ada != "argon2id 1" || bob != "pbkdf2-sha512 1000" {
		t.Errorf("the accounts have %q and %q", ada, bob)
	}
	two := nobodys(w)
	if a, b := shareOf(two, "argon2id 1"), shareOf(two, "pbkdf2-sha512 1000"); a < 35 || b < 35 || a+b < 99 {
		t.Errorf("%d %% and %d %% of unknown names have the two kinds", a, b)
	}
	if again := nobodys(w); fmt.Sprint(again) != fmt.Sprint(two) {
		t.Error("the kinds of unknown names change")
	}
	for name, kind := range two {
		spelled := login(strings.ToUpper(name), "", "wrong")
		if strings.Contains(name, "@") {
			spelled = login("", strings.ToUpper(name), "wrong")
		}
		if got := w.hashOfLogin(spelled); got != kind {
			t.Errorf("%s has %s, and %s in capitals", name, kind, got)
		}
	}

	config := w.engine.config
	w.engine = New(config, testKeys(t, "k2", "k1"))
	for range 20 {
		w.rekeyAll(100)
	}
	if moved := nobodys(w); fmt.Sprint(moved) != fmt.Sprint(two) {
		t.Error("the kinds of unknown names change with the secret key")
	}
	if got := w.hashes(); len(got) != 2 {
		t.Errorf("in use after a rekey: %q", got)
	}

	w.reconfigured("enrol.verify_slow_after=0", "enrol.verify_stop_after=0", "enrol.argon2_iterations=3")
	w.account("eve", "eve@example.com")
	three := nobodys(w)
	if got := shareOf(three, "argon2id 3"); got < 20 || got > 47 {
		t.Errorf("%d %% of unknown names have the third kind", got)
	}
	for name, kind := range three {
		if kind != two[name] && kind != "argon2id 3" {
			t.Errorf("%s had %s and now has %s", name, two[name], kind)
		}
	}
}

// What resend writes for nobody has the length of what it writes for a claim,
// which has a hash of any kind in use.
func TestResendForNobodyHasAKindOfHashInUse(t *testing.T) {
	t.Parallel()
	settings := []string{"main.encrypt_password=False", "enrol.resend_cooldown=0"}
	w := newWorld(t, settings...)
	w.claim("ada", "ada@example.com")
	w.reconfigured(append(settings, pbkdf2, "hash_secret.rounds=1000")...)
	w.claim("bob", "bob@example.com")
	wrote := map[string]int{}
	for n := range 40 {
		w.mustRun("resend", ResendRequest{Username: fmt.Sprint("nobody", n), Email: "nobody@example.com", CurrentApp: "CRM"})
		for _, e := range w.Effects() {
			for _, put := range e.Batch.Puts {
				if strings.HasPrefix(put.Key, record.UserPrefix) {
					user := recordOf[record.User](t, kv.Entry{Key: put.Key, Value: kv.Value{Version: "1", Data: put.Data}})
					hash, err := phc.Parse(user.Password)
					if err != nil {
						t.Fatal(err)
					}
					wrote[hash.Params.Algorithm]++
				}
			}
		}
	}
	if wrote[Argon2id] < 8 || wrote[PBKDF2SHA512] < 8 {
		t.Errorf("resend writes %v", wrote)
	}
}

// The list is bounded, and never loses the kind that new accounts have.
func TestKindsOfHashesAreBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var want []string
	for n := 1; n <= record.MaxHashes+3; n++ {
		w.reconfigured(fmt.Sprint("enrol.argon2_iterations=", n))
		w.claim(fmt.Sprint("somebody", n), fmt.Sprint("somebody", n, "@example.com"))
		want = append(want, fmt.Sprint("argon2id ", n))
	}
	want = want[3:]
	if got := w.hashes(); !slices.Equal(got, want) {
		t.Errorf("in use: %q, want %q", got, want)
	}
	w.reconfigured("enrol.argon2_iterations=4") // now the oldest
	r := &run{Engine: w.engine, host: w}
	if err := r.loadMeta(); err != nil {
		t.Fatal(err)
	}
	var batch kv.Batch
	r.noteHashes(&batch, phc.Kind{Params: KDFParams{Algorithm: Bcrypt, Iterations: 16, Length: 23}, Salt: 16}, r.decoys.hash)
	w.write(batch.Puts...)
	if got := w.hashes(); !slices.Equal(got, append([]string{want[0]}, append(slices.Clone(want[2:]), "bcrypt 16")...)) {
		t.Errorf("in use: %q", got)
	}
	w.checkInvariants()
}

// A store of an earlier version has no list: unknown names have today's kind,
// and the first sign-up makes the list.
func TestStoreWithoutKindsOfHashes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account("ada", "ada@example.com")
	keys := *read[record.Keys](w, record.KeysKey)
	keys.Hashes = nil
	w.write(record.Put(record.KeysKey, &keys))
	w.reconfigured("enrol.argon2_iterations=2")
	w.mustRun("open", `{}`)
	if got := w.hashOfLogin(login("nobody", "", "wrong")); got != "argon2id 2" {
		t.Errorf("nobody has %s", got)
	}
	w.account("bob", "bob@example.com")
	if got := w.hashes(); !slices.Equal(got, []string{"argon2id 2"}) {
		t.Errorf("in use: %q", got)
	}
}

// Settings that change before anybody signs up leave nothing behind.
func TestKindOfHashThatNobodyHasIsReplaced(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.reconfigured("enrol.argon2_iterations=2")
	w.mustRun("open", `{}`)
	if got := w.hashes(); !slices.Equal(got, []string{"argon2id 2"}) {
		t.Errorf("in use: %q", got)
	}
	w.claim("ada", "ada@example.com")
	w.reconfigured("enrol.argon2_iterations=3")
	w.mustRun("open", `{}`)
	if got := w.hashes(); !slices.Equal(got, []string{"argon2id 2"}) {
		t.Errorf("in use with a claim: %q", got)
	}
}

func TestDamagedKindsOfHashes(t *testing.T) {
	t.Parallel()
	good := phc.Kind{Params: KDFParams{Algorithm: Scrypt, Iterations: 16, BlockSize: 8, Parallelism: 1, Length: 32}, Salt: 16}
	if !good.Valid() {
		t.Fatalf("%+v is not valid", good)
	}
	for what, damage := range map[string]func(k *phc.Kind){
		"an unknown algorithm": func(k *phc.Kind) { k.Algorithm = "md5" },
		"too much work":        func(k *phc.Kind) { k.Iterations = 1 << 40 },
		"no power of 2":        func(k *phc.Kind) { k.Iterations = 17 },
		"a negative salt":      func(k *phc.Kind) { k.Salt = -1 },
		"a salt of a gigabyte": func(k *phc.Kind) { k.Salt = 1 << 30 },
		"a negative length":    func(k *phc.Kind) { k.Length = -1 },
		"a key of a gigabyte":  func(k *phc.Kind) { k.Length = 1 << 30 },
		"another's parameter":  func(k *phc.Kind) { k.Memory = 1 },
	} {
		w := newWorld(t)
		keys := *read[record.Keys](w, record.KeysKey)
		bad := good
		damage(&bad)
		keys.Hashes = append(keys.Hashes, bad)
		w.write(record.Put(record.KeysKey, &keys))
		if r := w.run("verify", login("nobody", "", "wrong")); r.codes() != "E008004" || !strings.Contains(r.Fault, "meta/keys: the record is damaged") {
			t.Errorf("%s: %s", what, r.text)
		}
	}
	w := newWorld(t)
	keys := *read[record.Keys](w, record.KeysKey)
	keys.Hashes = slices.Repeat(keys.Hashes, record.MaxHashes+1)
	w.write(record.Put(record.KeysKey, &keys))
	if r := w.run("verify", login("nobody", "", "wrong")); r.codes() != "E008004" {
		t.Errorf("too many: %s", r.text)
	}
}
