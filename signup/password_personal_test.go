package signup

import (
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/password"
)

// lovelace returns a request with every kind of personal text.
func lovelace() SignupRequest {
	return SignupRequest{
		CurrentApp: "CRM",
		Username:   "ada_lovelace", Email: "countess.ada@Analytical.example",
		DisplayName: "The Enchantress of Numbers", FirstName: "Augusta", MiddleName: "Ada", LastName: "King-Noel",
		SignupApp: "HR", AppList: []string{"CRM", "Wiki"},
	}
}

func TestPasswordsOfPersonalWordsAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "password.min_length=1", "password.reject_list=", "main.site_name=Difference Engine")
	for _, test := range []struct {
		about     string
		passwords []string
		want      string
	}{
		{"the words themselves", []string{
			"ada_lovelace", "ADA_Lovelace", "ａｄａ＿ｌｏｖｅｌａｃｅ", "adalovelace", "lovelace", "countess.ada@analytical.example",
			"countess.ada", "countess", "analytical", "The Enchantress of Numbers", "enchantress", "augusta", "king-noel", "Kingnoel",
			"differenceengine", "engine", "ada", "CRM", "hr", "wiki",
		}, "E003001"},
		{"several, again and again, backwards", []string{
			"lovelaceada", "ada lovelace augusta king", "LovelaceLovelaceLovelace", "adaadaadaada", "ada.ada.ada.ada", "crm-hr-wiki",
			"ecalevol", "ecalevol_ada", "engineenigne" + "engine", "adacrmadacrm",
		}, "E003001"},
		{"with few other characters", []string{
			"lovelace1", "lovelace2026!", "!!!lovelace!!!", "lovelace123456789", "abcdefghlovelace", "xlovelace", "lovelaceaaaaaaaa",
			"ada2026!", "2026-ada-2026", "1.lovelace@9", "augusta19871987", "wiki#1#1#1#1", "lovelace 9 7 5",
			"lovelace 97 532", "1ada2ada3ada4ada5", "qwe9 augusta", "lovelace#?#?;,;,", "lovelace!2604?", "lovelace#X9!k$2",
		}, "E003001"},
		{"spaced out, with accents", []string{
			"l o v e l a c e", "l.o.v.e.l.a.c.e.1.9.9.0", "love lace", "lóvèlâçë", "l-ö-v-ë-l-ä-c-ë 2026!", "LO_VE_LA_CE", "e c a l e v o l",
			"a u g u s t a   1 9 8 7", "ádá_ádá_ádá", "a d a 2 6 0 4", "c/r/m/c/r/m", "The  Ënchantress—of—Numbers", "ｌ ｏ ｖ ｅ ｌ ａ ｃ ｅ",
			"countess.adá@anälytical.example", "lo̧v̌ęl̊a̋cẹ",
		}, "E003001"},
		{"with enough other characters", []string{
			"lovelace 97 530 1", "lovelace likes tea", "qwer9 augusta", "lovelace#?;,(=@*", "lovelace#X9!k$,:2", "the wiki of my dreams", "ada runs in the rain", "lovelace-Zx9$kq",
		}, ""},
		{"short words within others", []string{
			"gradation", "cascadades", "thrice", "bradawl bradawl", "acrmx acrmx", "hrhrx",
		}, ""},
		{"other words", []string{"aaaaaaaaaaaa", "123456789012", "correct horse battery", "glove lacquer", "i love lances"}, ""},
	} {
		for _, password := range test.passwords {
			request := lovelace()
			request.Password = Secret(password)
			for _, operation := range []string{"validate", "signup"} {
				if got := w.run(operation, request); got.codes() != test.want || got.Fault != "" {
					t.Errorf("%s: %s with %q answers %s, want %q", test.about, operation, password, got.text, test.want)
				}
			}
		}
	}
}

// Usernames of one or two characters, or of digits, occur in many passwords.
func TestShortPersonalWordsRarelyMatter(t *testing.T) {
	t.Parallel()
	e := testEngine(t, "password.min_length=1", "password.reject_list=")
	for _, test := range []struct{ word, password, want string }{
		{"a", "abracadabra", ""}, {"a", "banana banana", ""}, {"a", "aaaaaaaaaaaaaaaa", "E003001"}, {"a", "a a a a a a a", "E003001"},
		{"an", "banana", ""}, {"ana", "banana", ""}, {"ana", "Ana1234", "E003001"},
		{"12", "5128841277", ""}, {"12", "1212121212", "E003001"}, {"12", "12-12-12-12", "E003001"}, {"12", "abc12abc12", "E003001"},
		{"李明", "李明李明李明", "E003001"}, {"李明", "李明昌李明昌", ""}, {"李明昌勇", "x李明昌勇x", "E003001"},
		{"Σίσυφος", "ΣΊΣΥΦΟΣ!", "E003001"}, {"_._", "_._", "E003001"},
		{"José", "j o s e 2026", "E003001"}, {"jose", "JOSÉ-JOSÉ", "E003001"}, {"Йёлкин", "иелкин99", "E003001"}, {"김민수", "김 민 수 1 2 3", "E003001"}, {"김민수", "박김민수", ""},
		{"ø", "o o o o o o", ""}, {"12", "1 2 1 2 1 2", "E003001"}, {"李明", "李-明-李-明-8", "E003001"},
	} {
		if _, code := e.checkPassword(test.password, circumstances{personal: password.PersonalOf([]string{test.word})}); string(code) != test.want {
			t.Errorf("%q of %q gets %q, want %q", test.password, test.word, code, test.want)
		}
	}
}

// A form that checks while the user types sends only some of the fields.
func TestPersonalWordsComeFromPresentFields(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "main.site_name=Difference")
	for request, want := range map[string]string{
		`{"ctx":{"password":"lovelace99"}}`:                                        "",
		`{"ctx":{"username":"lovelace","password":"lovelace99"}}`:                  "E003001",
		`{"ctx":{"email":"x@lovelace.example","password":"lovelace99"}}`:           "E003001",
		`{"ctx":{"last_name":"Lovelace","password":"lovelace99"}}`:                 "E003001",
		`{"ctx":{"password":"difference99"}}`:                                      "E003001",
		`{"ctx":{"password":"crmcrmcrm"}}`:                                         "E003001", // apps.default
		`{"current_app":"Wiki","ctx":{"current_app":"HR","password":"wiki-wiki"}}`: "E003001",
		`{"ctx":{"app_list":["Wiki"],"password":"wiki-wiki"}}`:                     "E003001",
	} {
		if got := w.run("validate", request); got.codes() != want {
			t.Errorf("%s: answered %s, want %q", request, got.text, want)
		}
	}
}

func TestPersonalWordsCanBeAllowed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "enrol.block_personal_passwords=False")
	request := lovelace()
	request.Password = "ada_lovelace"
	w.mustRun("signup", request)
}

// The work is bounded for the longest possible request.
func TestPersonalWordsOfTheLongestTexts(t *testing.T) {
	t.Parallel()
	e := testEngine(t, "password.max_length=1024")
	secret := strings.Repeat("ab-", 341)
	texts := []string{strings.Repeat("ab-", 1000), strings.Repeat("a", 4096), "ab"}
	if _, code := e.checkPassword(secret, circumstances{personal: password.PersonalOf(texts)}); code != PasswordInvalid {
		t.Errorf("got %q", code)
	}
}
