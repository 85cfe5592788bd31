package phc

import (
	"strings"
	"testing"
)

const (
	oursArgon2 = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	oursPBKDF2 = "$pbkdf2-sha512$120000$AA..AAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	theirs2i   = "$argon2i$v=19$m=64,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$Pp7IjXGjd0Rv02mKUXwhCjEiy6jzuc0slBy9k7tSlrc"
	theirs256  = "$pbkdf2-sha256$1000$........................$VbeaZzrRJ.a7rQxF74wMxJMYad4g2ETw1Pk2ZcgZj3E"
	theirs512  = "$pbkdf2-sha512$1000$AAECAwQFBgcICQoLDA0ODw$mywcAQBiDIgFb6Q/NsNCvif8VHeaE9t9yiMPJW3OUoMRR9Fr8UXRVdIrKHMx2wDukF5eAGzY/oZJEmoky21nEQ"
	theirsS    = "$scrypt$ln=10,r=4,p=3$AAECAwQFBgcICQoLDA0ODw$yIqlwqgwAJZ58gxBfbPFhKoF6aZC5u8YlnP7lb7EIFo"
	theirs2b   = "$2b$04$AAECAwQFBgcICQoLDA0ODuTrcSjQ6e0jEtrBh0.l6hFENFZYgXrQy"
	theirs2d   = "$argon2d$v=19$m=64,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$BD+HKcRYXOeFMIlVhi1eAQ0x5QGjsPrhfoFwZw18LI4"
	theirs1    = "$pbkdf2$1000$AAECAwQFBgcICQoLDA0ODw$sw8ykFfXg6oNV/NqeXhGp6N.cT8"
	theirsLDAP = "{SSHA256}myKL+kVbOfeaTCc5borPJ6UlVxymZFoG+GZzvtZaFQMAAQIDBAUGBw=="
	django256  = "pbkdf2_sha256$1000$seasalt.2026$YqH09YuIGI2zQ8ZnQWDr4Sjs0G+vaPzTZr5Iiy2qcPg="
	djangoSHA1 = "sha1$seasalt2026$b90bba241e2c922426a0c433ba1dbe6eb155956e"
	firebase   = "$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ=="
	theirs2id  = "$argon2id$v=19$m=256,t=1,p=8$AAECAwQFBgcICQoLDA0ODw$bkLRfyrrcvVnL/IZvt8d7Q"
)

func TestHashesRoundTrip(t *testing.T) {
	t.Parallel()
	for _, text := range []string{oursArgon2, oursPBKDF2, theirs2i, theirs2id, theirs256, theirs512, theirsS, theirs2b, theirs2d, theirs1, theirsLDAP, djangoSHA1, replaced(t, theirs2b, "$04", "$15")} {
		h, err := Parse(text)
		if err != nil || h.Params.Encode(h.Salt, h.Key) != text || !h.Kind().Valid() {
			t.Errorf("%s is read as %+v, %v", text, h, err)
		}
	}
}

// replaced replaces a part of a hash, which must be present.
func replaced(t *testing.T, hash, old, by string) string {
	t.Helper()
	if !strings.Contains(hash, old) {
		t.Fatalf("%s has no %s", hash, old)
	}
	return strings.Replace(hash, old, by, 1)
}

func TestHashesThatAreRefused(t *testing.T) {
	t.Parallel()
	for _, hash := range []string{oursArgon2, oursPBKDF2, theirs2i, theirs256, theirs512, theirsS, theirs2b} {
		if _, err := Parse(hash); err != nil {
			t.Errorf("%s: %v", hash, err)
		}
		for _, bad := range []string{
			hash[1:], hash + "$", hash + "=", hash + "\n", hash[:len(hash)-8] + "\r\n" + hash[len(hash)-8:], hash + " ", " " + hash, hash[:len(hash)-1] + "é",
			hash[:strings.LastIndex(hash, "$")+1], hash + strings.Repeat("A", maxHashText), "$" + hash, strings.ToUpper(hash),
		} {
			if _, err := Parse(bad); err == nil {
				t.Errorf("%q is accepted", bad)
			}
		}
	}
	for _, test := range []struct{ hash, old, by, want string }{
		{"", "", "", "does not start with $"},
		{"secret", "", "", "does not start with $"},
		{"$1$salt$hash", "", "", "is neither argon2id"},
		{oursArgon2, "argon2id", "argon2ds", "is neither argon2id"},
		{oursArgon2, "argon2id", "argon2", "is neither argon2id"},
		{oursArgon2, "v=19", "v=16", "must be $argon2id$v=19$m=…,t=…,p=…$salt$hash"},
		{oursArgon2, "v=19$", "", "must be $argon2id$v=19$m=…,t=…,p=…$salt$hash"},
		{oursArgon2, "m=19456", "m=4294967295", "number 1 of 3 must be m=, a whole number from 1 to 1048576"},
		{oursArgon2, "m=19456", "m=7", "m must be at least 8 times p"},
		{oursArgon2, "m=19456", "m=019456", "must be m="},
		{oursArgon2, "m=19456,t=2", "t=2,m=19456", "must be m="},
		{oursArgon2, "p=1", "p=1,data=AAAA", "must be m="},
		{oursArgon2, "t=2", "t=0", "number 2 of 3 must be t=, a whole number from 1 to 100"},
		{oursArgon2, "t=2", "t=+2", "must be t="},
		{oursArgon2, "p=1", "p=255", "number 3 of 3 must be p=, a whole number from 1 to 16"},
		{oursArgon2, "AAAAAAAAAAAAAAAAAAAAAA$", "AAAAAAA$", "the salt"},
		{oursArgon2, "AAAAAAAAAAAAAAAAAAAAAA$", "AAAAAAAAAAAAAAAAAAAAAB$", "the salt"},
		{oursArgon2, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAA", "the hash must be 16 to 128 bytes"},
		{oursPBKDF2, "sha512", "sha1", "is neither argon2id"},
		{oursPBKDF2, "120000", "2147483648", "the rounds must be a whole number from 1 to 10000000"},
		{oursPBKDF2, "120000", "-1", "the rounds"},
		{oursPBKDF2, "120000", "99999999999999999999", "the rounds"},
		{oursPBKDF2, "AA..AA", "AA++AA", "the salt"},
		{oursPBKDF2, "$AA..", "$" + strings.Repeat("AAAA", 342), "the salt must be at most 1024 bytes"},
		{theirsS, "ln=10", "ln=63", "number 1 of 3 must be ln=, a whole number from 1 to 22"},
		{theirsS, "ln=10", "ln=22", "is more than 4194304"},
		{theirsS, "r=4", "r=1073741823", "number 2 of 3 must be r="},
		{theirsS, "p=3", "p=1025", "number 3 of 3 must be p="},
		{theirsS, "ln=10,r=4", "ln=12,r=1024", "is more than 4194304"},
		{theirs2b, "$04", "$31", "the cost must be from 04 to 15"},
		{theirs2b, "$04", "$03", "the cost"},
		{theirs2b, "$04", "$+4", "the cost"},
		{theirs2b, "$04", "$004", "must be $2b$, two digits, $ and 53 characters"},
		{theirs2b, "2b", "2x", "is neither argon2id"},
		{theirs2b, "AAECAw", "AAEC+w", "the salt or the hash is not in bcrypt's base64"},
	} {
		_, err := Parse(replaced(t, test.hash, test.old, test.by))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s with %q: %v, want %q", test.hash, test.by, err, test.want)
		}
	}
}

// An importer may log the error, so it contains no part of the hash.
func TestErrorsDoNotQuoteTheHash(t *testing.T) {
	t.Parallel()
	for _, hash := range []string{"hunter2secret", "$hunter2secret$x", "$2b$04$hunter2secret", "$scrypt$hunter2secret$hunter2secret$", "$argon2id$v=19$m=hunter2secret,t=1,p=1$hunter2secret$x",
		"$argon2id$v=19$m=64,t=1,p=1$hunter2secret$x", "$pbkdf2-sha512$hunter2secret$x$y", "$pbkdf2-sha512$1$hunter2secret$hunter2secret!"} {
		if _, err := Parse(hash); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", hash, err)
		}
	}
}

// The kind of a hash in a notation that is not written here is that of the same
// hash in ours.
func TestKindsOfForeignNotations(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Kind{
		django256: {Params{Algorithm: PBKDF2SHA256, Iterations: 1000, Length: 32}, 12},
		firebase:  {Params{Algorithm: Scrypt, Iterations: 1 << 14, BlockSize: 8, Parallelism: 1, Length: 32}, 11},
	} {
		h, err := Parse(text)
		if err != nil || h.Kind() != want || !h.Kind().Valid() {
			t.Errorf("%s is read as %+v, %v", text, h.Kind(), err)
		}
	}
}

func TestForeignHashesThatAreRefused(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ hash, old, by, want string }{
		{theirsLDAP, "{SSHA256}", "{SHA256}", "is neither {SSHA}"},
		{theirsLDAP, "{SSHA256}", "{SSHA512}", "base64 of 64 bytes"},
		{theirsLDAP, "AAQIDBAUGBw==", "A==", "after {SSHA256}"},
		{theirsLDAP, "myKL", "my L", "after {SSHA256}"},
		{theirsLDAP, "VxymZ", strings.Repeat("AAAA", 400), "a salt of 1 to 1024"},
		{django256, "1000", "10000001", "the rounds"},
		{django256, "1000", "0", "the rounds"},
		{django256, "sha256", "md5", "must be pbkdf2_sha256"},
		{django256, "seasalt.2026", "", "must be pbkdf2_sha256"},
		{django256, "seasalt.2026", "sea salt", "with a salt in ASCII"},
		{django256, "YqH0", "YqH", "16 to 128 bytes in base64"},
		{djangoSHA1, "seasalt2026", "\x00", "must be sha1$salt$hash"},
		{djangoSHA1, "seasalt2026", strings.Repeat("s", 1_025), "must be sha1$salt$hash"},
		{djangoSHA1, djangoSHA1[len("sha1$seasalt2026$"):], "c0ffee", "40 lower-case hexadecimal digits"},
		{theirs1, "1000", "10000001", "the rounds"},
		{theirs2d, "m=64", "m=2097152", "from 1 to 1048576"},
		{firebase, "v=1,", "", "must be $fbscrypt$"},
		{firebase, "n=14", "n=22", "2 to the power of n"},
		{firebase, "r=8", "r=0", "must be r="},
		{firebase, "p=1", "p=9999", "must be p="},
		{firebase, "ss=Bw==", "ss=Bw", "the separator"},
		{firebase, "sk=jx", "sk=", "the signer key"},
		{firebase, "$42xE", "$" + strings.Repeat("AAAA", 200), "the salt must be at most 512 bytes"},
		{firebase, "lSrf", "", "must have the same length"},
	} {
		_, err := Parse(replaced(t, test.hash, test.old, test.by))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s with %q: %v, want %q", test.hash, test.by, err, test.want)
		}
	}
}

func FuzzParseHash(f *testing.F) {
	for _, seed := range []string{oursArgon2, oursPBKDF2, theirs2i, theirs256, theirs512, theirsS, theirs2b, theirs2id, theirs2d, theirs1, theirsLDAP, django256, djangoSHA1, firebase, "$$$$$", "$2b$31$"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		h, err := Parse(text)
		if err != nil {
			return
		}
		p := h.Params
		if h.signer == nil && p.Length != len(h.Key) || len(h.Key) > maxKey || len(h.Salt) > maxSalt || p.Memory > maxMemory || p.Iterations < 1 || p.Iterations > maxRounds {
			t.Errorf("%q is read as %+v", text, h)
		}
		if kind := p.Algorithm; kind == Scrypt && p.Iterations*p.BlockSize*p.Parallelism > maxScryptWork || kind == Bcrypt && p.Iterations > 1<<maxBcryptCost {
			t.Errorf("%q is read as %+v", text, h)
		}
		foreign := strings.HasPrefix(text, "pbkdf2_") || h.signer != nil
		if p.Algorithm != Bcrypt && !foreign && p.Encode(h.Salt, h.Key) != text { // bcrypt has three names and unused bits
			t.Errorf("%q becomes %q", text, p.Encode(h.Salt, h.Key))
		}
		if !h.Kind().Valid() {
			t.Errorf("%q is of the kind %+v", text, h.Kind())
		}
	})
}
