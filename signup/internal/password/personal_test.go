package password

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/enrol-sso/enrol/signup/internal/identity"
)

// separators are characters that people put between letters, and combining those
// that they put on letters.
var (
	separators = []string{" ", "-", "_", ".", ",", "/", "+", "*", "!", "·", "—", "→", "\u3000", "🦊"}
	combining  = []string{"\u0300", "\u0301", "\u0302", "\u0303", "\u0308", "\u030a", "\u0323", "\u0327", "\u0301\u0323"}
)

// disguise inserts one kind of separator, or two, and accents at random, and
// changes the case of letters.
func disguise(random *rand.Rand, text string, often int) string {
	some := []string{separators[random.IntN(len(separators))], separators[random.IntN(len(separators))]}
	var b strings.Builder
	separate := func() {
		for random.IntN(often+1) == 0 {
			b.WriteString(some[random.IntN(2)])
		}
	}
	for _, r := range text {
		separate()
		if upper := unicode.ToUpper(r); random.IntN(3) == 0 && unicode.ToLower(upper) == r {
			r = upper
		}
		b.WriteRune(r)
		if unicode.IsLetter(r) && random.IntN(often) == 0 {
			b.WriteString(combining[random.IntN(len(combining))])
		}
	}
	separate()
	return b.String()
}

// kinds counts the different characters that are not letters, digits or marks.
func kinds(text string) int {
	seen := map[rune]bool{}
	for _, r := range text {
		if !identity.IsOfLabel(r) {
			seen[r] = true
		}
	}
	return len(seen)
}

var people = [][]string{
	{"alice", "alice@example.com", "Alice Liddell", "CRM"},
	{"ada_lovelace", "countess.ada@analytical.example", "Ada King-Noel", "HR", "Wiki"},
	{"josé.müller", "jose@muenchen.example", "José Müller"},
	{"ελένη", "eleni@example.gr", "Ελένη Σίσυφος"},
	{"михаил", "misha@example.ru", "Михаил Йёлкин"},
	{"李明昌勇", "li@example.cn", "李明昌勇"},
	{"김민수김", "kim@example.kr", "김민수"},
	{"12", "x12@example.com", "A"},
}

// personal returns a password that consists of little more than texts about
// somebody.
func personal(random *rand.Rand, texts []string) string {
	more := []string{"", "1", "1990", "2026!", "123456", "x", "!!!", "99", "ab", "-"}
	var b strings.Builder
	for range 1 + random.IntN(3) {
		text := texts[random.IntN(len(texts))]
		local, _, _ := strings.Cut(text, "@")
		b.WriteString([]string{text, local, strings.ToUpper(text), backwards(text)}[random.IntN(4)])
		b.WriteString(more[random.IntN(len(more))])
	}
	return b.String()
}

// A refused password is also refused with separators of up to three kinds,
// accents and capitals.
func TestDisguisedPersonalPasswordsAreRefused(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	refused := 0
	for range 5_000 {
		texts := people[random.IntN(len(people))]
		plain := personal(random, texts)
		disguised := disguise(random, plain, 1+random.IntN(4))
		if !IsPersonal(plain, PersonalOf(texts)) || kinds(disguised) > separatorKinds {
			continue
		}
		refused++
		if !IsPersonal(disguised, PersonalOf(texts)) {
			t.Fatalf("%q is refused to %q, %q is not", plain, texts, disguised)
		}
	}
	if refused < 1_000 {
		t.Errorf("only %d of the passwords are refused", refused)
	}
}

// The same holds for any text in which a personal word of four letters or more
// occurs anywhere.
func TestDisguisedTextsAreRefused(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	some := func(n int) string {
		var b strings.Builder
		for range n {
			b.WriteString([]string{"a", "b", "c", "é", "g", "1", "2", "7", "-", " ", "!", "σ"}[random.IntN(12)])
		}
		return b.String()
	}
	refused := 0
	for range 5_000 {
		word := "abca"[:random.IntN(4)] + "gabé" + some(random.IntN(3))
		text := some(random.IntN(6)) + word + some(random.IntN(6))
		disguised := disguise(random, text, 1+random.IntN(3))
		if !IsPersonal(text, PersonalOf([]string{word})) || kinds(disguised) > separatorKinds {
			continue
		}
		refused++
		if !IsPersonal(disguised, PersonalOf([]string{word})) {
			t.Fatalf("%q is refused to %q, %q is not", text, word, disguised)
		}
	}
	if refused < 1_000 {
		t.Errorf("only %d of the texts are refused", refused)
	}
}

// A disguise of the name instead of the password does not help either.
func TestPasswordsOfADisguisedNameAreRefused(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	for range 5_000 {
		name := []string{"alice", "lovelace", "jose müller", "ελενη"}[random.IntN(4)]
		if disguised := disguise(random, name, 2); !IsPersonal(name+"1990", PersonalOf([]string{disguised})) {
			t.Fatalf("%q is not refused to %q", name+"1990", disguised)
		}
	}
}

// Passphrases of other words are accepted with anything between the words, and
// so is a personal word among others.
func TestPassphrasesPass(t *testing.T) {
	t.Parallel()
	words := strings.Fields(`correct horse battery staple umbrella violet teapot gravel sunday mirror copper lantern ninety
		orchid pepper quartz ribbon saddle thunder velvet window yellow anchor bamboo castle dragon engine forest garden hammer
		island jungle kettle lemon marble needle ocean pencil rocket silver tunnel bottle candle desert eleven falcon grain`)
	random := rand.New(rand.NewPCG(7, 8))
	for range 5_000 {
		texts := people[random.IntN(len(people))]
		between := append([]string{"", "7"}, separators...)[random.IntN(len(separators)+2)]
		random.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
		phrase := slices.Clone(words[:4+random.IntN(3)])
		if random.IntN(2) == 0 {
			phrase[0] = texts[0]
		}
		if password := strings.Join(phrase, between); IsPersonal(password, PersonalOf(texts)) {
			t.Fatalf("%q is refused to %q", password, texts)
		}
	}
}

// Passwords of random characters are accepted.
func TestRandomPasswordsPass(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(9, 10))
	for range 5_000 {
		password := make([]byte, 16)
		for i := range password {
			password[i] = byte('!' + random.IntN('~'-'!'+1))
		}
		if texts := people[random.IntN(len(people))]; IsPersonal(string(password), PersonalOf(texts)) {
			t.Fatalf("%q is refused to %q", password, texts)
		}
	}
}
