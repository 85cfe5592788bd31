package signup

import "testing"

func TestNamesThatMixScripts(t *testing.T) {
	t.Parallel()
	e := testEngine(t, "user_validation.reject_username=")
	for _, username := range []string{
		"\u0430dmin",               // Cyrillic а
		"admi\u0578",               // Armenian ո
		"g\u03bfogle",              // Greek ο
		"paypa\u04cf",              // Cyrillic ӏ
		"\u0440\u0430ypal",         // Cyrillic ра
		"ｓ\u0441ope",               // a full-width s is Latin, the с is not
		"\uab5f\u0430",             // Latin Extended-E, Cyrillic
		"ada\u05d0",                // Hebrew
		"\u0645ada",                // Arabic
		"\u13aa\u13b2GO",           // Cherokee
		"\u03b1\u0430",             // Greek, Cyrillic
		"\u0561\u0430",             // Armenian, Cyrillic
		"\u0e01\u0e81",             // Thai, Lao
		"\u0915\u0995",             // Devanagari, Bengali
		"\u4e2d\u0438",             // Han, Cyrillic
		"\u304b\ud55c",             // Hiragana, Hangul
		"\u30ab\u3105",             // Katakana, Bopomofo
		"\u304b\u4e2d\ud55c",       // Japanese, Korean
		"a\u304b\ud55c",            // Latin, Japanese, Korean
		"\u304b\u03b1",             // Hiragana, Greek
		"a\u30fc\u3105",            // Latin, the long vowel of Kana, Bopomofo
		"\u0431\u30fc",             // Cyrillic, the long vowel of Kana
		"\u0966a1",                 // Devanagari and ASCII digits
		"\u0967" + "1",             // the same, and no letters
		"\u0e511",                  // Thai digits
		"\u0661\u09e7",             // Arabic-Indic and Bengali
		"\u0bb5\u0be7" + "2",       // Tamil, and digits of both kinds
		"\U00010400\u0430",         // Deseret, Cyrillic
		"\u0430\u0331\u0301a",      // whatever is above and below
		"\u1c81\u1d00",             // Cyrillic, small capital A
		"ada_\u0438",               // an underscore is everybody's
		"x\u0342",                  // a Greek accent on a Latin letter
		"\u0430\u1dc0\u0345\u03b1", // and on others
	} {
		if _, code := e.checkUsername(username, ""); code != UsernameInvalid {
			t.Errorf("%q gets %q", username, code)
		}
	}
}

func TestNamesOfOneScriptOrOfOneLanguage(t *testing.T) {
	t.Parallel()
	e := testEngine(t, "user_validation.reject_username=", "enrol.username_characters=precis")
	for _, username := range []string{
		"ada", "Ada_Lovelace-1815", "ａｄａ", "123", "1_2", "renée", "Đặng", "straße", "ı",
		"админ", "Ѐлена1", "\u0441\u043e\u0441\u043e", // wholly Cyrillic, although it looks like coco
		"σοφος", "Αθήνα", "Ὀδυσσεύς", "հայաստան", "თბილისი", "ᲗᲑᲘᲚᲘᲡᲘ", "אבגד", "محمد", "محمد١٢", "فارسی۱۲", "ܫܠܡܐ", "ދިވެހި", "ߒߞߏ",
		"हिन्दी", "हिन्दी१२", "हिन्दी12", "বাংলা", "ਪੰਜਾਬੀ", "ગુજરાતી", "தமிழ்", "தமிழ்12", "తెలుగు", "ಕನ್ನಡ", "മലയാളം", "සිංහල",
		"ไทย", "ไทย๑๒", "ລາວ", "བོད", "မြန်မာ", "አማርኛ", "ᏣᎳᎩ", "ខ្មែរ", "ᠮᠣᠩᠭᠣᠯ", "ⵜⵉⴼⵉⵏⴰⵖ", "ꦗꦮ", "𐐨𐐩",
		"田中", "たなか", "タナカ", "ﾀﾅｶ", "田中たろう", "田中タロー", "田中たろうタロウtaro", "taro田中", "ミーナ", "々木", "〆切",
		"김철수", "김철수kim", "金철수", "金철수kim1", "ㄅㄆㄇ", "中文ㄅㄆ", "zhong中ㄅ", "中文", "abc中文123",
	} {
		if _, code := e.checkUsername(username, ""); code != "" {
			t.Errorf("%q gets %q", username, code)
		}
	}
}

// A call for a name that cannot exist finds nobody, and takes as much work as
// for a name that nobody has.
func TestLookAlikesBelongToNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "apps.login_allowed=CRM")
	w.live("approved")
	for _, username := range []string{"\u0430da", "ad\u0430"} {
		if r := w.run("validate", `{"ctx":{"username":"`+username+`"}}`); r.codes() != "E001001" {
			t.Errorf("%q: %s", username, r.text)
		}
		if r := w.run("get", GetRequest{Username: username}); r.codes() != "E001100" {
			t.Errorf("%q: %s", username, r.text)
		}
		if r := w.run("verify", login(username, "", goodPassword)); r.codes() != "E005001" {
			t.Errorf("%q: %s", username, r.text)
		}
		mixed := w.kinds()
		w.run("verify", login("nobody", "", goodPassword))
		if w.kinds() != mixed {
			t.Errorf("%q: effects %s, for a name that nobody has %s", username, mixed, w.kinds())
		}
	}
}
