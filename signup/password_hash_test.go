package signup

import (
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

// hashed returns the hash of a password with a salt under some settings.
func hashed(t *testing.T, password, salt string, settings ...string) string {
	t.Helper()
	w := bareWorld(t, testEngine(t, settings...))
	w.Derive = func(KDFParams, []byte, []byte) ([]byte, error) { return nil, ErrNoKDF }
	bytes, err := hex.DecodeString(salt)
	if err != nil {
		t.Fatal(err)
	}
	r := &run{Engine: w.engine, host: w}
	hash, failure := r.hashPassword(password, bytes)
	if failure != nil {
		t.Fatal(failure)
	}
	return hash
}

const (
	risingSalt  = "000102030405060708090a0b0c0d0e0f"
	fallingSalt = "fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0"
	plusSalt    = "fbefbefbefbefbefbefbefbefbefbe00" // "+" everywhere in base64
)

// Created with argon2-cffi 25.1.0, which runs the reference implementation in
// C: argon2.low_level.hash_secret(password, salt, t, m, p, 32, Type.ID).
func TestArgon2idHashesMatchTheReferenceImplementation(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ password, salt, memory, iterations, parallelism, want string }{
		{"correct horse battery", risingSalt, "8192", "1", "1", "$argon2id$v=19$m=8192,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$DmdT/iLe1t1mte9e7OacISPgJGg+ZxcuwxJi0XqiKjo"},
		{"correct horse battery", risingSalt, "8192", "2", "2", "$argon2id$v=19$m=8192,t=2,p=2$AAECAwQFBgcICQoLDA0ODw$1qCpehCzyqZAOIQx9fTsQIGL/7jPHSikzLyQtZ4JVps"},
		{"correct horse battery", risingSalt, "19456", "2", "1", "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$quyusfeeuAGbpiw09i+j4VKJ+I/5h3mugd4HghmS/x8"},
		{"pässwört 😀", fallingSalt, "8192", "1", "1", "$argon2id$v=19$m=8192,t=1,p=1$//79/Pv6+fj39vX08/Lx8A$CvOv3UpBRaxm6RAIjiooH+nl9d/pPq8ePavHepc//4Y"},
		{"pässwört 😀", fallingSalt, "8192", "2", "2", "$argon2id$v=19$m=8192,t=2,p=2$//79/Pv6+fj39vX08/Lx8A$brm691Y7cZX5frmhetu6Qz6879rFFviAtmO3FdLedKU"},
		{strings.Repeat("x", 256), plusSalt, "8192", "1", "1", "$argon2id$v=19$m=8192,t=1,p=1$++++++++++++++++++++AA$oN3vNOc3wABR4fCx7Cf9wJ20Sb9FHzt8kR+XqFPqoe8"},
		{strings.Repeat("x", 256), plusSalt, "19456", "2", "1", "$argon2id$v=19$m=19456,t=2,p=1$++++++++++++++++++++AA$qx7UP3EjhJb6g7KmiJoe9Io4vHzWhMDFShrSgRrgM08"},
	} {
		got := hashed(t, test.password, test.salt, "enrol.argon2_memory="+test.memory, "enrol.argon2_iterations="+test.iterations, "enrol.argon2_parallelism="+test.parallelism)
		if got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}

// Created with passlib 1.7.4: pbkdf2_sha512.using(salt, rounds).hash(password).
func TestPBKDF2HashesMatchPasslib(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ password, salt, rounds, want string }{
		{"correct horse battery", risingSalt, "1000", "$pbkdf2-sha512$1000$AAECAwQFBgcICQoLDA0ODw$ToxFUi5y3fprZRW/V6CupR2uIDYfuy5rlsF9Z4E648lE68lw5lzmucru/HdPvmBJDSLroVh1Q2xCvjqd8NI/6Q"},
		{"correct horse battery", fallingSalt + "ef", "1000", "$pbkdf2-sha512$1000$//79/Pv6.fj39vX08/Lx8O8$iWNObfoqvgFZ2Yd3mvU0OD1gR6Qn.WfeLsIGTa560f/PGqpcRTJLLFWRmPr1A5mQeojnWqcULyxNKwtgrEmJcQ"},
		{"pässwört 😀", strings.Repeat("fbefbe", 21) + "01", "1000", "$pbkdf2-sha512$1000$....................................................................................AQ$P..ZsHoiSVceibh3jaWRP.H2I3YJkBOisct8vfvjJ7jI4U4SU/t922amruP9XSfwWrBdh.kFoNw1V4wS39JI7g"},
		{
			strings.Repeat("x", 256),
			"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f", "120000",
			"$pbkdf2-sha512$120000$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0.Pw$lcu1H2KDU4zUtIcbGdU3Qq9cpjQCkzWeh6H60BmEyIUBkLplkoekEx7GRSH/jeFGdfzoVzAq6iqVKYDn986aDQ",
		},
	} {
		if got := hashed(t, test.password, test.salt, "enrol.password_hash=pbkdf2-sha512", "hash_secret.rounds="+test.rounds); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}

func TestHostsPasswordHashIsUsed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "main.encrypt_password=False")
	var asked KDFParams
	w.Derive = func(params KDFParams, _, _ []byte) ([]byte, error) {
		asked = params
		return make([]byte, params.Length), nil
	}
	w.claim("ada", "ada@example.com")
	if want := (KDFParams{Algorithm: Argon2id, Memory: 8192, Iterations: 1, Parallelism: 1, Length: 32}); asked != want {
		t.Errorf("asked for %+v, want %+v", asked, want)
	}
	if hash := recordOf[record.User](t, w.list(record.UserPrefix)[0]).Password; !strings.HasSuffix(hash, "$"+strings.Repeat("A", 43)) {
		t.Errorf("the hash is %s", hash)
	}
}

func TestBadPasswordHashOfTheHostIsAFault(t *testing.T) {
	t.Parallel()
	for code, derive := range map[string]func(KDFParams, []byte, []byte) ([]byte, error){
		"E901002": func(KDFParams, []byte, []byte) ([]byte, error) { return nil, errors.New("out of memory") },
		"E008004": func(KDFParams, []byte, []byte) ([]byte, error) { return make([]byte, 31), nil },
	} {
		w := newWorld(t)
		w.Derive = derive
		r := w.run("signup", ask("ada", "ada@example.com"))
		if r.codes() != code || r.Fault == "" || len(w.list(record.UserPrefix)) != 0 {
			t.Errorf("got %s", r.text)
		}
	}
}

func TestSaltIsAsLongAsConfigured(t *testing.T) {
	t.Parallel()
	for setting, want := range map[string]int{
		"enrol.password_hash=argon2id": 16, "enrol.password_hash=pbkdf2-sha512": 64,
	} {
		w := newWorld(t, setting)
		w.claim("ada", "ada@example.com")
		for _, e := range w.Effects() {
			if e.Kind == "kdf" && e.Bytes != want {
				t.Errorf("%s: the salt has %d bytes", setting, e.Bytes)
			}
			if e.Kind == "entropy" && e.Bytes != cidBytes+record.IDBytes+record.TokenBytes+want+seedBytes {
				t.Errorf("%s: %d random bytes are drawn", setting, e.Bytes)
			}
		}
	}
}
