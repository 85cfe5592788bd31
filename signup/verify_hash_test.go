package signup

import (
	"errors"
	"runtime"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/phc"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// Hashes that this engine and others write.
const (
	oursArgon2 = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	oursPBKDF2 = "$pbkdf2-sha512$120000$AA..AAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	theirs2i   = "$argon2i$v=19$m=64,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$Pp7IjXGjd0Rv02mKUXwhCjEiy6jzuc0slBy9k7tSlrc"
	theirs256  = "$pbkdf2-sha256$1000$........................$VbeaZzrRJ.a7rQxF74wMxJMYad4g2ETw1Pk2ZcgZj3E"
	theirs512  = "$pbkdf2-sha512$1000$AAECAwQFBgcICQoLDA0ODw$mywcAQBiDIgFb6Q/NsNCvif8VHeaE9t9yiMPJW3OUoMRR9Fr8UXRVdIrKHMx2wDukF5eAGzY/oZJEmoky21nEQ"
	theirsS    = "$scrypt$ln=10,r=4,p=3$AAECAwQFBgcICQoLDA0ODw$yIqlwqgwAJZ58gxBfbPFhKoF6aZC5u8YlnP7lb7EIFo"
	theirs2b   = "$2b$04$AAECAwQFBgcICQoLDA0ODuTrcSjQ6e0jEtrBh0.l6hFENFZYgXrQy"
	theirs2id  = "$argon2id$v=19$m=256,t=1,p=8$AAECAwQFBgcICQoLDA0ODw$bkLRfyrrcvVnL/IZvt8d7Q"
)

// replaced replaces a part of a hash, which must be present.
func replaced(t *testing.T, hash, old, by string) string {
	t.Helper()
	if !strings.Contains(hash, old) {
		t.Fatalf("%s has no %s", hash, old)
	}
	return strings.Replace(hash, old, by, 1)
}

// moved returns a world whose account has an imported hash, and in which the
// core computes hashes.
func moved(t *testing.T, hash string) *world {
	t.Helper()
	w := newWorld(t, "main.encrypt_password=False", "apps.login_allowed=CRM", "enrol.argon2_memory=8192", "enrol.argon2_iterations=1")
	w.live("approved")
	w.setHash(hash)
	w.Derive = func(KDFParams, []byte, []byte) ([]byte, error) { return nil, ErrNoKDF }
	return w
}

// Created with passlib 1.7.4, argon2-cffi 25.1.0, bcrypt 4.0.1, Django 5.2.19 and,
// for sha1$, Django 4.2.16, from "pässwört 😀" except the last three. The last one is
// the example of Firebase's own scrypt (github.com/firebase/scrypt, README.md).
func TestVerifyOfImportedHashes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ hash, password string }{
		{theirs256, ""},
		{theirs512, ""},
		{"$scrypt$ln=4,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$P+0tVns1rQVGITZ/izvVvOWgQGE/NPxME45/NJItJXY", ""},
		{theirsS, ""},
		{theirs2id, ""},
		{theirs2i, ""},
		{"$argon2id$v=19$m=64,t=1,p=2$AAECAwQFBgc$kXVzd7J3+z3p/GA1+rOGmo+SGPzcWSyMiAX0jUPs/RNiOTgMsq04dTUXC/4JWwiA", ""},
		{theirs2b, ""},
		{strings.Replace(theirs2b, "2b", "2a", 1), ""},
		{strings.Replace(theirs2b, "ODu", "ODv", 1), ""}, // a bit that stands for nothing
		{"$2y$05$......................YgIDy4hFBdVlc/6LHnD9mX488r9cLd2", strings.Repeat("x", 72)},
		{"$argon2d$v=19$m=64,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$BD+HKcRYXOeFMIlVhi1eAQ0x5QGjsPrhfoFwZw18LI4", ""},
		{"$argon2d$v=19$m=256,t=3,p=8$AAECAwQFBgcICQoLDA0ODw$iddCkfhw8KJCpXEVch82aBQr8djfNlbkFBeAh4++lLE5oSnvET95LkOk+dMlVtyj", ""},
		{"$pbkdf2$1000$AAECAwQFBgcICQoLDA0ODw$sw8ykFfXg6oNV/NqeXhGp6N.cT8", ""},
		{"pbkdf2_sha256$1000$seasalt.2026$YqH09YuIGI2zQ8ZnQWDr4Sjs0G+vaPzTZr5Iiy2qcPg=", ""},
		{"pbkdf2_sha1$1000$seasalt.2026$4brK3KiKTbJBSth2s3IoYLIDT+I=", ""},
		{"{SSHA}y15in6Xdr1v6zc8Jz1MONUOStGsAAQIDBAUGBw==", ""},
		{"{SSHA256}myKL+kVbOfeaTCc5borPJ6UlVxymZFoG+GZzvtZaFQMAAQIDBAUGBw==", ""},
		{"{SSHA512}61FzOv371cukg4806GzPRg+fldNSITYRpHZYeYMLgyIGop/WNbYhkGBKJt7iMBKZIN9T012jATzjMLU71Bkz5QABAgMEBQYH", ""},
		{"sha1$seasalt2026$b90bba241e2c922426a0c433ba1dbe6eb155956e", ""},
		{"$2b$05$abcdefghijklmnopqrstuuD3mHdCr44zlIZ.VZCaYRpfQhXMYnEo.", "correct horse battery"},
		{"$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==$" +
			"42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==", "user1password"},
	} {
		password := test.password
		if password == "" {
			password = "pässwört 😀"
		}
		w := moved(t, test.hash)
		right := w.run("verify", login("ada", "", password))
		kinds := w.kinds()
		wrong := w.run("verify", login("ada", "", password+"x"))
		if right.codes() != "" || wrong.codes() != "E005001" {
			t.Errorf("%s: %s, and with a wrong password %s", test.hash, right.text, wrong.text)
		}
		if want := "now entropy get get kdf get "; kinds != want+"kdf commit audit" || w.kinds() != want+"commit audit" {
			t.Errorf("%s: effects %s, with a wrong password %s", test.hash, kinds, w.kinds())
		}
	}
}

// A long password is compared to its last byte. bcrypt ignores everything after
// 72 bytes, so longer passwords never match.
func TestVerifyOfPasswordsThatBeginAlike(t *testing.T) {
	t.Parallel()
	kinds := []KDFParams{
		{Algorithm: Argon2id, Memory: 8, Iterations: 1, Parallelism: 1, Length: 32},
		{Algorithm: Argon2i, Memory: 8, Iterations: 1, Parallelism: 1, Length: 32},
		{Algorithm: PBKDF2SHA512, Iterations: 1, Length: 64},
		{Algorithm: PBKDF2SHA256, Iterations: 1, Length: 32},
		{Algorithm: Scrypt, Iterations: 2, BlockSize: 1, Parallelism: 1, Length: 32},
		{Algorithm: Bcrypt, Iterations: 1 << 4, Length: 23},
		{Algorithm: Argon2d, Memory: 8, Iterations: 1, Parallelism: 1, Length: 32},
		{Algorithm: PBKDF2SHA1, Iterations: 1, Length: 20},
		{Algorithm: SSHA512, Iterations: 1, Length: 64},
		{Algorithm: SHA1Salted, Iterations: 1, Length: 20},
	}
	w := moved(t, oursArgon2)
	r := &run{Engine: w.engine, host: w}
	salt := make([]byte, 16)
	for _, params := range kinds {
		for _, length := range []int{1, 8, 71, 72, 73, 127, 128, 129, 254, 255, 256, 257, 511, 512, 513, 1_022, 1_023, 1_024} {
			password, kept := strings.Repeat("x", length), strings.Repeat("x", length)
			if params.Algorithm == Bcrypt {
				kept = password[:min(length, 72)]
				if _, err := DeriveKey(params, []byte(password), salt); (err == nil) != (password == kept) {
					t.Errorf("bcrypt of %d bytes: %v", length, err)
				}
			}
			key, err := DeriveKey(params, []byte(kept), salt)
			if err != nil {
				t.Fatal(err)
			}
			stored := phc.Hash{Params: params, Salt: salt, Key: key}
			for _, given := range []string{password, password + "x", password[:length-1] + "y", password[:length-1]} {
				if same, failure := r.isHash(stored, given); same != (given == kept) || failure != nil {
					t.Errorf("%s of %d bytes: %d bytes are the same: %v, %v", params.Algorithm, length, len(given), same, failure)
				}
			}
		}
	}
}

// Not parallel, because it measures memory: a hash that needs four gigabytes or
// years is refused before anything is computed.
func TestHostileHashesTakeNoMemory(t *testing.T) {
	w := newWorld(t, "main.encrypt_password=False")
	w.live("approved")
	for _, hash := range []string{
		replaced(t, oursArgon2, "m=19456", "m=4294967295"), replaced(t, oursArgon2, "t=2", "t=4294967295"), replaced(t, oursArgon2, "p=1", "p=16777215"),
		replaced(t, oursPBKDF2, "120000", "2147483648"), replaced(t, theirsS, "ln=10", "ln=40"), replaced(t, theirsS, "r=4", "r=33554432"), replaced(t, theirs2b, "$04", "$31"),
		oursArgon2 + strings.Repeat("A", 30_000), strings.Repeat("$", 30_000),
	} {
		w.Derive = func(params KDFParams, _, _ []byte) ([]byte, error) {
			t.Errorf("%+v is computed", params)
			return make([]byte, params.Length), nil
		}
		w.setHash(hash)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		r := w.run("verify", login("ada", "", goodPassword))
		runtime.ReadMemStats(&after)
		if got := after.TotalAlloc - before.TotalAlloc; got > 1<<20 {
			t.Errorf("%.60s takes %d bytes", hash, got)
		}
		if r.codes() != "E008004" || !strings.Contains(r.text, "the password hash is invalid") {
			t.Errorf("%.60s: %s", hash, r.text)
		}
	}
}

// setHash replaces the hash of the account.
func (w *world) setHash(hash string) {
	w.t.Helper()
	entry := w.list(record.UserPrefix)[0]
	user := recordOf[record.User](w.t, entry)
	user.Password = hash
	w.write(record.Put(entry.Key, user))
}

func TestCheckHashReturnsAnError(t *testing.T) {
	t.Parallel()
	if err := CheckHash(oursArgon2); err != nil {
		t.Error(err)
	}
	err := CheckHash("$1$salt$hash")
	if typed, ok := errors.AsType[*Error](err); !ok || typed.Code != InvalidInput || !strings.Contains(err.Error(), "the password hash cannot be used: is neither argon2id") {
		t.Errorf("got %v", err)
	}
}
