package precis

import "testing"

// The rules of RFC 5892, appendix A, in its order, each with texts that it
// permits and texts that it refuses.
func TestCodePointsInContext(t *testing.T) {
	t.Parallel()
	for _, rule := range []struct {
		name    string
		in, out []string
	}{
		{"A.1 non-joiner",
			[]string{"क\u094d\u200c", "क\u094d\u200cष", "ب\u200cب", "ب\u064b\u200c\u064b\u0301ب", "ب\u200cا", "\ua872\u200c\ua840", "ب\U0001e94b\u200c\U0001e94bب"},
			[]string{"\u200c", "\u200cب", "ب\u200c", "ا\u200cب", "ب\u200ca", "a\u200cب", "ب\u200c\u200cب", "ب\u200c\ua872", "\u064b\u200cب", "ب\u200c\u064b", "ب\u0903\u200cب", "ب\u200c\u0903ب", "क\u094d\u0301\u200cष"}},
		{"A.2 joiner",
			[]string{"क\u094d\u200d", "क\u094d\u200dष"},
			[]string{"\u200d", "क\u200dष", "a\u200db", "ب\u200dب", "क\u094d\u200d\u200d"}},
		{"A.3 middle dot",
			[]string{"l·l", "l·l·l"},
			[]string{"·", "l·", "·l", "a·l", "l·a", "L·L", "l··l"}},
		{"A.4 Greek lower numeral sign",
			[]string{"͵α", "α͵α", "͵͵α"},
			[]string{"͵", "α͵", "͵a", "͵1α"}},
		{"A.5, A.6 geresh and gershayim",
			[]string{"א׳", "א״ב", "א׳׳"},
			[]string{"׳", "״", "׳א", "a׳", "1״ב"}},
		{"A.7 katakana middle dot",
			[]string{"・か", "カ・", "a・漢", "漢a・・"},
			[]string{"・", "a・b", "・・", "ー・ー"}},
		{"A.8, A.9 Arabic digits",
			[]string{"٠٩", "۰۹", "a٠", "۰1"},
			[]string{"٠۰", "۰٠", "٠ab۹"}},
	} {
		for _, text := range rule.in {
			if !InContext([]rune(text)) {
				t.Errorf("%s: %+q is refused", rule.name, text)
			}
		}
		for _, text := range rule.out {
			if InContext([]rune(text)) {
				t.Errorf("%s: %+q passes", rule.name, text)
			}
		}
	}
	if !InContext(nil) {
		t.Error("the empty text is refused")
	}
}
