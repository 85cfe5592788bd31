package signup

import (
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

// A decoy takes as much work as a record only while it looks like one, in every
// configuration.
func TestDecoysLookLikeRecords(t *testing.T) {
	t.Parallel()
	for _, settings := range [][]string{
		{},
		{"enrol.password_hash=pbkdf2-sha512", "hash_secret.rounds=1000"},
		{"enrol.password_hash=pbkdf2-sha512", "hash_secret.rounds=1000", "hash_secret.salt_size=16"},
		{"main.encrypt_password=False"},
		{"main.encrypt_email=False", "enrol.password_hash=pbkdf2-sha512"},
	} {
		w := newWorld(t, settings...)
		w.claim("ada000000000", "nobody@example.org")
		decoys := w.engine.decoys
		nobody, _ := w.engine.userDecoy(decoys.hash)
		name, user := w.list(record.NamePrefix)[0].Data, w.list(record.UserPrefix)[0].Data
		w.account("bob", "bob@example.com")
		owner := w.list("mail/")[0].Data
		if got := decoys.name.record; len(got) != len(name) {
			t.Errorf("%q: the decoy of a name is %s, a record %s", settings, got, name)
		}
		if got := decoys.owner.record; len(got) != len(owner) {
			t.Errorf("%q: the decoy of an owner is %s, a record %s", settings, got, owner)
		}
		if got := nobody.record; len(got) < len(user)*97/100 || len(got) > len(user)*103/100 {
			t.Errorf("%q: the decoy of an account has %d bytes, one has %d", settings, len(got), len(user))
		}
		fake, isFake := record.Read[record.User](nobody.record)
		real, isReal := record.Read[record.User](user)
		if !isFake || !isReal {
			t.Fatalf("%q: %s, %s", settings, nobody.record, user)
		}
		if len(fake.Password) != len(real.Password) || len(fake.PasswordSealed) != len(real.PasswordSealed) ||
			len(fake.Email) != len(real.Email) || len(fake.EmailSealed) != len(real.EmailSealed) {
			t.Errorf("%q: the decoy is %+v, a record %+v", settings, fake, real)
		}
		w.run("verify", login("ada000000000", "", "wrong"))
		if got, want := decoys.guesses.record, w.list(record.GuessPrefix)[0].Data; len(got) != len(want) {
			t.Errorf("%q: the decoy of guesses is %s, a record %s", settings, got, want)
		}
		for _, d := range []decoy{decoys.name, nobody, decoys.owner, decoys.guesses} {
			if answer, ok := record.Read[storedAnswer](d.answer); !ok || answer.values[0].data != d.record {
				t.Errorf("the answer with %s is %s", d.record, d.answer)
			}
		}
	}
}

// A decoy never logs in, not even with the password of its hash.
func TestDecoyIsNobodysAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Derive = func(params KDFParams, _, _ []byte) ([]byte, error) { return make([]byte, params.Length), nil }
	for _, request := range []VerifyRequest{login("eve", "", goodPassword), login("a b", "", goodPassword), login("", "eve@example.com", goodPassword)} {
		if r := w.run("verify", request); r.codes() != "E005001" {
			t.Errorf("%+v is answered %s", request, r.text)
		}
	}
	if r := w.run("get", GetRequest{UserID: decoyID}); r.codes() != "E001100" {
		t.Errorf("get answers %s", r.text)
	}
}
