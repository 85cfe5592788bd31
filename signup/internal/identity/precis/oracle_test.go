package precis

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/secure/bidirule"
	library "golang.org/x/text/secure/precis"
	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// caseMapper is the library's UsernameCaseMapped without the Bidi Rule, which
// the library applies to every name that is not ASCII.
var caseMapper = library.NewIdentifier(library.FoldWidth, library.LowerCase(), library.Norm(norm.NFC))

func libraryUsername(text string) (string, error) {
	name, err := caseMapper.String(text)
	if err == nil && bidirule.DirectionString(name) == bidi.RightToLeft && !bidirule.ValidString(name) {
		return "", bidirule.ErrInvalid
	}
	return name, err
}

// compare checks that both profiles agree with the library about a text, and
// returns why the text is refused as a username and as a password.
func compare(t *testing.T, text string) (username, password error) {
	t.Helper()
	for _, profile := range []struct {
		name         string
		ours, theirs func(string) (string, error)
		refused      *error
	}{
		{"UsernameCaseMapped", UsernameCaseMapped, libraryUsername, &username},
		{"OpaqueString", OpaqueString, library.OpaqueString.String, &password},
	} {
		got, err := profile.ours(text)
		want, theirErr := profile.theirs(text)
		*profile.refused = err
		if err == nil && theirErr != nil && isForgotten(got) {
			continue
		}
		if got != want || (err == nil) != (theirErr == nil) {
			t.Errorf("%s of %+q is %+q (%v), and %+q (%v) to the library", profile.name, text, got, err, want, theirErr)
		}
	}
	return username, password
}

// isForgotten reports whether the library misses the letter before a non-joiner
// in a text: it forgets the letter if a mark that is Greek, Hebrew or a virama
// follows. The rule considers only the joining type of marks.
func isForgotten(text string) bool {
	runes := []rune(text)
	for i, r := range runes {
		for before := i - 1; r == nonJoiner && before >= 0 && isTransparent(runes[before]); before-- {
			if unicode.In(runes[before], unicode.Greek, unicode.Hebrew) || isVirama(runes[before]) {
				return true
			}
		}
	}
	return false
}

func TestLibraryForgetsALetterBeforeSomeMarks(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"ب\u05b0\u200cب", "ب\U0001d242\u200cب", "ب\u094d\u064e\u200cب"} {
		if got, err := OpaqueString(text); got != text || err != nil {
			t.Errorf("%+q is %+q (%v)", text, got, err)
		}
		if _, err := library.OpaqueString.String(text); err == nil || !isForgotten(text) {
			t.Errorf("the library accepts %+q: remove the exception", text)
		}
	}
}

func TestMappingsAgreeWithTheLibraryForEveryCodePoint(t *testing.T) {
	t.Parallel()
	lower := cases.Lower(language.Und, cases.HandleFinalSigma(false))
	wide, grow := 0, 0
	for r := rune(0); r <= unicode.MaxRune; r++ {
		text := string(r)
		folded := string(foldWidth(r))
		if want := width.Fold.String(text); folded != want {
			t.Errorf("the width of %U makes it %+q, want %+q", r, folded, want)
		}
		if folded != text {
			wide++
		}
		want := lower.String(text)
		if len([]rune(want)) > 1 {
			grow++
			if r != 'İ' {
				t.Errorf("%U in lower case is %+q", r, want)
			}
		} else if got := string(unicode.ToLower(r)); got != want {
			t.Errorf("%U in lower case is %+q, want %+q", r, got, want)
		}
	}
	if wide != 226 || grow != 1 {
		t.Errorf("%d code points are of another width, %d grow in lower case", wide, grow)
	}
}

// Every code point alone and between letters. Those that may be permitted also
// doubled, next to marks, and in the contexts of the rules.
func TestProfilesAgreeWithTheLibraryForEveryCodePoint(t *testing.T) {
	t.Parallel()
	names, passwords := 0, 0
	for r := rune(0); r <= unicode.MaxRune; r++ {
		text := string(r)
		texts := []string{text, "a" + text + "b"}
		if unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z, unicode.Cf) {
			texts = append(texts, text+text, "ב"+text+"ב", "e\u0301"+text, text+"\u0301", "カ\u3099"+text, "か"+text+"・", "٠"+text, "۹"+text, "l·"+text, text+"·l", "͵"+text, text+"׳",
				text+"\u200d", text+"\u200cب", "ب"+text+"\u200cب", "ب\u200c"+text, "ب\u200c"+text+"ب")
		}
		for _, text := range texts {
			username, password := compare(t, text)
			if username == nil {
				names++
			}
			if password == nil {
				passwords++
			}
		}
	}
	if names < 500_000 || passwords < 500_000 {
		t.Errorf("only %d names and %d passwords pass", names, passwords)
	}
}

// everywhere has the characters of the generated texts: those that have a rule
// of their own, join, compose, grow, or have another width.
var everywhere = []rune("0123456789-_.'@ lL·͵׳״・\u200c\u200d\u0301\u0308\u0345\u0327\u064b\u093c\u094d\u3099٠١۰۱०१๑１２ａｂＡＢｱｲﾊﾞﾟｰ･￡＠ΣςσİIıßẞŉǅﬁⅣªº²\u1100\u1161\u11a8ᄀ가ﾡￂーゝ々〆〇\u3000\u00a0\ufe0f\u00ad\u0130\u1e9e\u212a\u0378\ue000")

func TestProfilesAgreeWithTheLibraryForGeneratedTexts(t *testing.T) {
	t.Parallel()
	alphabets := map[string][]rune{}
	for script, table := range unicode.Scripts {
		for _, ranges := range table.R16 {
			for r := rune(ranges.Lo); r <= rune(ranges.Hi); r += rune(ranges.Stride) {
				alphabets[script] = append(alphabets[script], r)
			}
		}
		for _, ranges := range table.R32 {
			for r := rune(ranges.Lo); r <= rune(ranges.Hi); r += rune(ranges.Stride) {
				alphabets[script] = append(alphabets[script], r)
			}
		}
	}
	scripts := slices.Sorted(maps.Keys(alphabets))
	busy := []string{"Latin", "Greek", "Cyrillic", "Hebrew", "Arabic", "Syriac", "Mongolian", "Devanagari", "Hangul", "Hiragana", "Katakana", "Han", "Common", "Inherited"}
	random := rand.New(rand.NewPCG(8264, 8265))
	met := map[error]int{}
	for range 250_000 {
		script, other := scripts[random.IntN(len(scripts))], scripts[random.IntN(len(scripts))]
		if random.IntN(2) == 0 {
			script, other = busy[random.IntN(len(busy))], busy[random.IntN(len(busy))]
		}
		mixed := random.IntN(3) == 0
		text := make([]rune, 1+random.IntN(8))
		for i := range text {
			from := alphabets[script]
			switch dice := random.IntN(10); {
			case dice < 2:
				from = everywhere
			case dice < 4 && mixed:
				from = alphabets[other]
			}
			text[i] = from[random.IntN(len(from))]
		}
		username, password := compare(t, string(text))
		met[username]++
		met[password]++
	}
	for err, least := range map[error]int{nil: 100_000, ErrDisallowed: 50_000, ErrContext: 5_000, ErrDirection: 3_000} {
		if met[err] < least {
			t.Errorf("only %d profiles say %v", met[err], err)
		}
	}
}

func FuzzProfiles(f *testing.F) {
	for _, seed := range []string{"ada", "ΑΣ", "ﬀ", "İ", "ǅ", "ｶﾞ", "l·l", "͵α", "א׳", "か・", "१\u094d\u200d", "ب\u200cب", "2пак", "א\u05f31", "a\xff", "\u3000", "٠۰"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) { compare(t, text) })
}
