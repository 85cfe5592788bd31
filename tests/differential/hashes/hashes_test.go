//go:build differential

package hashes

import (
	"encoding/hex"
	"math/rand/v2"
	"slices"
	"testing"

	"golang.org/x/text/secure/precis"

	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/tests/differential/peer"
)

// question asks passwords.py to compare a password with a hash, or for a hash.
type question struct {
	Hash     string `json:"hash"`
	Password string `json:"password"`
	Library  string `json:"library"` // and the rest, for a hash
	Kind     string `json:"kind"`
	Salt     string `json:"salt"`
	Rounds   int    `json:"rounds"`
	Memory   int    `json:"memory"` // r of scrypt
	Lanes    int    `json:"lanes"`
	Length   int    `json:"length"`
}

type answer struct {
	Hash string
	Same bool
}

// alphabets are what passwords are made of, by turns.
var alphabets = [][]rune{
	[]rune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !\"#$%&'()*+,-./:;<=>?@[]^_`{|}~\\"),
	[]rune("aàâäÅåßçéÉœøπΣςσжЖЪאבעربی๑ไทย中文字かなカナ한국어"),
	[]rune("😀👩\U0001F680♦∞‰Ⅳ\u0301\u0327\u00a0\u3000ｆｕｌｌ ﬁ\U00020000𐐨"),
}

// password draws a random password that is not empty.
func password(random *rand.Rand, most int) string {
	for {
		letters := alphabets[random.IntN(len(alphabets))]
		if random.IntN(4) == 0 {
			letters = slices.Concat(alphabets...)
		}
		length := 1 + random.IntN(24)
		if random.IntN(4) == 0 {
			length = 1 + random.IntN(most)
		}
		runes := make([]rune, length)
		for i := range runes {
			runes[i] = letters[random.IntN(len(letters))]
		}
		if normal := normalised(string(runes)); normal != "" {
			return string(runes)
		}
	}
}

// salt draws a salt, in hexadecimal digits.
func salt(random *rand.Rand, length int) string {
	bytes := make([]byte, length)
	for i := range bytes {
		bytes[i] = byte(random.Uint32())
	}
	return hex.EncodeToString(bytes)
}

func normalised(password string) string {
	normal, err := precis.OpaqueString.String(password)
	if err != nil {
		return ""
	}
	return normal
}

// wrong returns passwords that are nearly the same.
func wrong(password string) []string {
	runes := []rune(password)
	last := len(runes) - 1
	changed := slices.Clone(runes)
	changed[last] ^= 1
	list := []string{password + "x", string(changed), string(runes[:last]), "x" + password}
	return slices.DeleteFunc(list, func(other string) bool { return normalised(other) == "" || normalised(other) == normalised(password) })
}

func TestOthersVerifyOurHashes(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 0))
	var questions []question
	var want []bool
	for _, lines := range [][]string{
		{"argon2_memory=8192", "argon2_iterations=1", "argon2_parallelism=1"},
		{"argon2_memory=8200", "argon2_iterations=2", "argon2_parallelism=3"},
		{"argon2_memory=9999", "argon2_iterations=1", "argon2_parallelism=16"},
		{"password_hash=pbkdf2-sha512"},
	} {
		i := install(t, lines...)
		for range 100 * (5 - len(lines)) / 2 {
			typed := password(random, 1_024)
			_, key := i.account(typed)
			hash, _ := i.record(key)["password"].(string)
			for _, other := range append(wrong(typed), typed) {
				questions = append(questions, question{Hash: hash, Password: normalised(other)})
				want = append(want, other == typed)
			}
		}
	}
	for i, answer := range peer.Python[question, answer](t, "passwords.py", questions) {
		if answer.Same != want[i] {
			t.Errorf("%s is that of %q: %v", questions[i].Hash, questions[i].Password, answer.Same)
		}
	}
	t.Logf("%d answers", len(questions))
}

// kinds are hashes of other systems, at a low cost.
var kinds = []struct {
	question
	roundsTo, memoryTo, lanesTo int
}{
	{question{Library: "argon2-cffi", Kind: signup.Argon2id, Rounds: 1, Memory: 128, Lanes: 1}, 3, 512, 16},
	{question{Library: "passlib", Kind: signup.Argon2id, Rounds: 1, Memory: 128, Lanes: 1}, 3, 512, 16},
	{question{Library: "argon2-cffi", Kind: signup.Argon2i, Rounds: 1, Memory: 128, Lanes: 1}, 3, 512, 16},
	{question{Library: "passlib", Kind: signup.PBKDF2SHA512, Rounds: 1}, 2_000, 0, 0},
	{question{Library: "passlib", Kind: signup.PBKDF2SHA256, Rounds: 1}, 2_000, 0, 0},
	{question{Library: "passlib", Kind: signup.Scrypt, Rounds: 1, Memory: 1, Lanes: 1}, 8, 16, 4},
	{question{Library: "passlib", Kind: "2a", Rounds: 4}, 5, 0, 0},
	{question{Library: "passlib", Kind: "2b", Rounds: 4}, 5, 0, 0},
	{question{Library: "passlib", Kind: "2y", Rounds: 4}, 5, 0, 0},
	{question{Library: "bcrypt", Kind: "2b", Rounds: 4}, 5, 0, 0},
}

func TestWeVerifyHashesOfOthers(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(2, 0))
	between := func(least, most int) int { return least + random.IntN(max(most-least, 0)+1) }
	var questions []question
	var typed []string
	for _, kind := range kinds {
		for range 200 {
			ask := kind.question
			raw := password(random, 1_024)
			ask.Password = normalised(raw)
			if ask.Kind[0] == '2' && len(ask.Password) > 72 {
				continue // tested below
			}
			ask.Salt, ask.Length = salt(random, between(8, 64)), between(16, 128)
			if ask.Kind[0] == '2' {
				ask.Salt = salt(random, 16)
			}
			ask.Rounds, ask.Memory, ask.Lanes = between(ask.Rounds, kind.roundsTo), between(ask.Memory, kind.memoryTo), between(ask.Lanes, kind.lanesTo)
			questions, typed = append(questions, ask), append(typed, raw)
		}
	}
	i := install(t, "argon2_memory=8192", "argon2_iterations=1")
	name, key := i.account("x")
	compared := 0
	for n, answer := range peer.Python[question, answer](t, "passwords.py", questions) {
		if err := signup.CheckHash(answer.Hash); err != nil {
			t.Errorf("%s: %v", answer.Hash, err)
			continue
		}
		i.setHash(key, answer.Hash)
		for _, other := range append(wrong(typed[n]), typed[n]) {
			compared++
			if got := i.verify(name, other); got != (other == typed[n]) {
				t.Errorf("%s is that of %q: %v", answer.Hash, other, got)
			}
		}
	}
	t.Logf("%d hashes, %d comparisons", len(questions), compared)
}

// Bcrypt treats them as one password; we refuse the longer one.
func TestBcryptOfLongPasswords(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 0))
	var questions []question
	for range 100 {
		text := ""
		for len(text) <= 72 {
			text = normalised(text + password(random, 72))
		}
		questions = append(questions, question{Library: "bcrypt", Kind: "2b", Rounds: 4, Salt: salt(random, 16), Password: text})
	}
	i := install(t)
	name, key := i.account("x")
	var again []question
	for n, answer := range peer.Python[question, answer](t, "passwords.py", questions) {
		i.setHash(key, answer.Hash)
		if i.verify(name, questions[n].Password) {
			t.Errorf("%s is that of %q", answer.Hash, questions[n].Password)
		}
		again = append(again, question{Hash: answer.Hash, Password: questions[n].Password + "x"})
	}
	for n, answer := range peer.Python[question, answer](t, "passwords.py", again) {
		if !answer.Same {
			t.Errorf("%s is not that of %q", again[n].Hash, again[n].Password)
		}
	}
}
