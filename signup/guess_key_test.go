package signup

import (
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/keyring"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// rotation is a sequence of steps of changing the secret key: the keys, and how
// much of rekey runs with them.
type rotation struct {
	name  string
	keys  []string
	rekey func(*world)
}

func rotations() []rotation {
	begun := func(w *world) { w.mustRun("rekey", RekeyRequest{caller: caller{superUser: true}}) }
	done := func(w *world) { w.rekeyAll(100) }
	none := func(*world) {}
	return []rotation{
		{"the new key is given", []string{"k1", "k2"}, none},
		{"the new key is given and comes first", []string{"k2", "k1"}, none},
		{"both are in use", []string{"k2", "k1"}, begun},
		{"the old one is retired", []string{"k2", "k1"}, done},
	}
}

// guessed returns ada's account after 30 wrong passwords from strangers and 3
// from home.
func guessed(t *testing.T) *guessing {
	t.Helper()
	g := newGuessing(t)
	g.guess(30, hourMS)
	for range 3 {
		g.try("ada", "wrong", adasHome)
	}
	return g
}

// A change of the secret key never resets a count or forgets a network. Strangers
// get no more guesses, and the owner can log in everywhere as before.
func TestCountContinuesWhenTheSecretKeyChanges(t *testing.T) {
	t.Parallel()
	for _, r := range rotations() {
		g := guessed(t)
		g.engine = New(g.engine.config, testKeys(t, r.keys...))
		r.rekey(g.world)
		stored := g.count()
		if known, _ := stored.Networks(); stored.N != 30 || known[0].N != 3 || known[0].Last == 0 {
			t.Errorf("%s: there is counted %+v, %+v", r.name, stored, known)
		}
		g.guess(40, hourMS)
		if n := g.count().N; n != 50 {
			t.Errorf("%s: %d wrong passwords of strangers are compared", r.name, n)
		}
		if g.evaluated("203.0.113.9") {
			t.Errorf("%s: a stranger's password is compared", r.name)
		}
		if !g.evaluated(adasHome) {
			t.Errorf("%s: the owner is kept out at home", r.name)
		}
		g.checkInvariants()
	}
}

// The counts are the same after the old key is gone from the configuration, and
// after a second change.
func TestCountContinuesAfterTheOldKeyIsGone(t *testing.T) {
	t.Parallel()
	g := guessed(t)
	for _, keys := range [][]string{{"k2", "k1"}, {"k3", "k2"}, {"k4", "k3"}} {
		g.engine = New(g.engine.config, testKeys(t, keys...))
		g.rekeyAll(100)
		g.engine = New(g.engine.config, testKeys(t, keys[0]))
		stored := g.count()
		if known, _ := stored.Networks(); stored.N != 30 || known[0].N != 3 {
			t.Errorf("after %s: there is counted %+v, %+v", keys[0], stored, known)
		}
		g.checkInvariants()
	}
	if n := len(g.list(record.GuessPrefix)); n != 1 {
		t.Errorf("there are %d counts of one account", n)
	}
}

// Processes with the same keys in another order share their counts.
func TestOrderOfTheKeysDoesNotSplitACount(t *testing.T) {
	t.Parallel()
	for _, begun := range []bool{false, true} {
		g := newGuessing(t)
		one, other := New(g.engine.config, testKeys(t, "k1", "k2")), New(g.engine.config, testKeys(t, "k2", "k1"))
		if g.engine = other; begun {
			g.mustRun("rekey", RekeyRequest{caller: caller{superUser: true}})
		}
		for n := range 120 {
			if g.engine = one; n%2 == 1 {
				g.engine = other
			}
			g.pass(hourMS)
			for _, who := range []string{"ada", "nobody"} {
				g.try(who, "wrong", strangerAt(n))
			}
		}
		if n := g.count().N; n > 52 { // 50, and one for each later day
			t.Errorf("begun %v: %d wrong passwords are compared", begun, n)
		}
		if n := len(g.list(record.GuessPrefix)); n != 2 {
			t.Errorf("begun %v: there are %d counts, want one of ada and one of nobody", begun, n)
		}
	}
}

// After a change of the key, deleting an account or a claim still deletes its
// counts, and unlock still ends the waiting.
func TestCountsAreDeletedWithTheirAccountAfterAChangeOfTheKey(t *testing.T) {
	t.Parallel()
	for _, r := range rotations() {
		g := guessed(t)
		g.claim("eve", "eve@example.com")
		g.try("eve", "wrong", adasHome)
		g.engine = New(g.engine.config, testKeys(t, r.keys...))
		r.rekey(g.world)
		g.mustRun("unlock", LockRequest{UserID: g.id, caller: caller{superUser: true}})
		if n := g.count().N; n != 0 {
			t.Errorf("%s: after unlock %d are counted", r.name, n)
		}
		g.pass(2 * dayMS)
		g.mustRun("purge", PurgeRequest{})
		if left := g.list(record.GuessPrefix); len(left) != 1 {
			t.Errorf("%s: after eve's claim is gone there are %d counts", r.name, len(left))
		}
		w := newWorld(t, "apps.login_allowed=CRM")
		id := w.account("bob", "bob@example.com")
		w.run("verify", login("bob", "", "wrong"))
		w.engine = New(w.engine.config, testKeys(t, r.keys...))
		r.rekey(w)
		w.mustRun("reject", ApprovalRequest{UserID: id, caller: caller{superUser: true}})
		if left := w.list(record.GuessPrefix); len(left) != 0 {
			t.Errorf("%s: of an account that was rejected there is left %v", r.name, left)
		}
	}
}

// During a change of the key, names that belong to nobody still get the same
// answers and effects as accounts.
func TestGuessingRevealsNothingWhileTheKeyChanges(t *testing.T) {
	t.Parallel()
	for _, r := range rotations() {
		g := newGuessing(t)
		g.claim("void", "ada@example.com")
		for _, who := range []string{"ada", "void", "nobody"} {
			g.try(who, "wrong", strangerAt(1))
		}
		g.engine = New(g.engine.config, testKeys(t, r.keys...))
		r.rekey(g.world)
		shapes := map[string]string{}
		for _, who := range []string{"ada", "void", "nobody"} {
			answer := g.try(who, "wrong", strangerAt(2))
			shapes[strings.Replace(answer.text, answer.CID, "", 1)+shapeOfGuess(g.Effects())] += " " + who
		}
		if r.name != "the old one is retired" && len(shapes) != 1 { // by then the claim has expired
			t.Errorf("%s: the answers differ: %q", r.name, shapes)
		}
	}
}

// The secret of the counts is sealed. A damaged one is not used, and the
// checker finds it.
func TestDamagedGuessSecretIsFound(t *testing.T) {
	t.Parallel()
	g := guessed(t)
	g.engine = New(g.engine.config, testKeys(t, "k2", "k1"))
	g.rekeyAll(100)
	stored := read[record.Keys](g.world, record.KeysKey)
	if id, _, _ := strings.Cut(stored.Guesses, "."); id != "k2" {
		t.Errorf("it is sealed with %q", id)
	}
	k2 := keyring.Find(g.engine.keys, "k2")
	for _, sealed := range []string{"x", stored.Guesses + "AAAA", k2.Seal(nil, record.GuessSecretPlace, "short"), k2.Seal(nil, keyring.Place{Kind: "user", ID: "keys", Field: "guesses"}, strings.Repeat("A", 43))} {
		damaged := *stored
		damaged.Guesses = sealed
		g.write(kv.Put{Key: record.KeysKey, Data: string(record.Encode(&damaged))})
		if r := g.try("ada", goodPassword, adasHome); r.codes() != string(InternalError) {
			t.Errorf("%s: a login is answered %s", sealed, r.text)
		}
		if found := findings(g.engine.keys, g.dump()); len(found) != 1 {
			t.Errorf("%s: %v", sealed, found)
		}
	}
}
