package signup

import (
	"encoding/hex"
	"errors"
	"strings"
	"testing"
)

// hashed returns the hash of a password under these settings with that salt.
func hashed(t *testing.T, password, salt string, settings ...string) string {
	t.Helper()
	w := bareWorld(t, testEngine(t, settings...))
	w.derive = func(KDFParams, []byte, []byte) ([]byte, error) { return nil, ErrNoKDF }
	bytes, err := hex.DecodeString(salt)
	if err != nil {
		t.Fatal(err)
	}
	r := &run{Engine: w.engine, host: w}
	hash, fault := r.hashPassword(password, bytes)
	if fault != nil {
		t.Fatal(fault)
	}
	return hash
}

const (
	risingSalt  = "000102030405060708090a0b0c0d0e0f"
	fallingSalt = "fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0"
	plusSalt    = "fbefbefbefbefbefbefbefbefbefbe00" // "+" all over in base64
)

// Made with argon2-cffi 25.1.0, which runs the reference implementation in C:
// argon2.low_level.hash_secret(password, salt, t, m, p, 32, Type.ID).
func TestArgon2idHashesAreThoseOfTheReferenceImplementation(t *testing.T) {
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

// Made with passlib 1.7.4: pbkdf2_sha512.using(salt, rounds).hash(password).
func TestPBKDF2HashesAreThoseOfPasslib(t *testing.T) {
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

// From test.c of the reference implementation of argon2, version 0x13 (the
// vector of RFC 9106, section 5.3, has a secret and associated data, which
// passwords do not), from RFC 7914, section 12, and for PBKDF2 the inputs of RFC
// 6070 given to OpenSSL.
func TestDeriveKeyMatchesPublishedVectors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		params KDFParams
		salt   string
		want   string
	}{
		{KDFParams{Algorithm: Argon2i, Memory: 256, Iterations: 2, Parallelism: 1, Length: 32}, "somesalt", "89e9029f4637b295beb027056a7336c414fadd43f6b208645281cb214a56452f"},
		{KDFParams{Algorithm: Argon2id, Memory: 256, Iterations: 2, Parallelism: 1, Length: 32}, "somesalt", "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe"},
		{KDFParams{Algorithm: Argon2id, Memory: 256, Iterations: 2, Parallelism: 2, Length: 32}, "somesalt", "6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037"},
		{KDFParams{Algorithm: Argon2id, Memory: 65536, Iterations: 2, Parallelism: 1, Length: 32}, "somesalt", "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"},
		{KDFParams{Algorithm: Scrypt, Iterations: 1024, BlockSize: 8, Parallelism: 16, Length: 64}, "NaCl", "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"},
		{KDFParams{Algorithm: PBKDF2SHA256, Iterations: 4096, Length: 32}, "salt", "c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a"},
		{KDFParams{Algorithm: PBKDF2SHA512, Iterations: 1, Length: 64}, "salt", "867f70cf1ade02cff3752599a3a53dc4af34c7a669815ae5d513554e1c8cf252c02d470a285a0501bad999bfe943c08f050235d7d68b1da55e63f73b60a57fce"},
		{KDFParams{Algorithm: PBKDF2SHA512, Iterations: 4096, Length: 64}, "salt", "d197b1b33db0143e018b12f3d1d1479e6cdebdcc97c5c0f87f6902e072f457b5143f30602641b3d55cd335988cb36b84376060ecd532e039b742a239434af2d5"},
	} {
		got, err := DeriveKey(test.params, []byte("password"), []byte(test.salt))
		if hex.EncodeToString(got) != test.want || err != nil {
			t.Errorf("%+v: got %x, %v", test.params, got, err)
		}
	}
	for _, params := range []KDFParams{{Algorithm: "argon2d", Length: 32}, {Algorithm: Bcrypt, Iterations: 16, Length: 23}} {
		if _, err := DeriveKey(params, nil, nil); err == nil {
			t.Errorf("%+v gives a key", params)
		}
	}
}

func TestHostsOwnPasswordHashIsUsed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "main.encrypt_password=False")
	var asked KDFParams
	w.derive = func(params KDFParams, _, _ []byte) ([]byte, error) {
		asked = params
		return make([]byte, params.Length), nil
	}
	w.claim("ada", "ada@example.com")
	if want := (KDFParams{Algorithm: Argon2id, Memory: 8192, Iterations: 1, Parallelism: 1, Length: 32}); asked != want {
		t.Errorf("asked for %+v, want %+v", asked, want)
	}
	if hash := record[userRecord](t, w.list(userPrefix)[0]).Password; !strings.HasSuffix(hash, "$"+strings.Repeat("A", 43)) {
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
		w.derive = derive
		r := w.run("signup", ask("ada", "ada@example.com"))
		if r.codes() != code || r.Fault == "" || len(w.list(userPrefix)) != 0 {
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
		for _, e := range w.effects {
			if e.kind == "kdf" && e.bytes != want {
				t.Errorf("%s: the salt has %d bytes", setting, e.bytes)
			}
			if e.kind == "entropy" && e.bytes != cidBytes+idBytes+tokenBytes+want+seedBytes {
				t.Errorf("%s: %d random bytes are drawn", setting, e.bytes)
			}
		}
	}
}
