package signup

import (
	"strings"
	"testing"
)

// moved returns a world in which the one account has a hash from elsewhere, and
// hashes are computed by the core.
func moved(t *testing.T, hash string) *world {
	t.Helper()
	w := newWorld(t, "main.encrypt_password=False", "apps.login_allowed=CRM", "enrol.argon2_memory=8192", "enrol.argon2_iterations=1")
	w.live("approved")
	w.setHash(hash)
	w.derive = func(KDFParams, []byte, []byte) ([]byte, error) { return nil, ErrNoKDF }
	return w
}

// Made with passlib 1.7.4, argon2-cffi 25.1.0 and bcrypt 4.0.1, of "pässwört 😀"
// but for the last two.
func TestVerifyOfHashesMadeByOthers(t *testing.T) {
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
		{"$2b$05$abcdefghijklmnopqrstuuD3mHdCr44zlIZ.VZCaYRpfQhXMYnEo.", "correct horse battery"},
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
		if want := "now entropy get get kdf audit"; kinds != want || w.kinds() != want {
			t.Errorf("%s: effects %s, with a wrong password %s", test.hash, kinds, w.kinds())
		}
	}
}

// A long password is compared to its last byte. Bcrypt does not look beyond 72
// bytes, so that it can only say no.
func TestVerifyOfPasswordsThatBeginAlike(t *testing.T) {
	t.Parallel()
	kinds := []KDFParams{
		{Algorithm: Argon2id, Memory: 8, Iterations: 1, Parallelism: 1, Length: 32},
		{Algorithm: Argon2i, Memory: 8, Iterations: 1, Parallelism: 1, Length: 32},
		{Algorithm: PBKDF2SHA512, Iterations: 1, Length: 64},
		{Algorithm: PBKDF2SHA256, Iterations: 1, Length: 32},
		{Algorithm: Scrypt, Iterations: 2, BlockSize: 1, Parallelism: 1, Length: 32},
		{Algorithm: Bcrypt, Iterations: 1 << minBcryptCost, Length: bcryptKeyBytes},
	}
	w := moved(t, oursArgon2)
	r := &run{Engine: w.engine, host: w}
	salt := make([]byte, bcryptSalt)
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
			stored := passwordHash{params, salt, key}
			for _, given := range []string{password, password + "x", password[:length-1] + "y", password[:length-1]} {
				if same, fault := r.isHash(stored, given); same != (given == kept) || fault != nil {
					t.Errorf("%s of %d bytes: %d bytes are the same: %v, %v", params.Algorithm, length, len(given), same, fault)
				}
			}
		}
	}
}
