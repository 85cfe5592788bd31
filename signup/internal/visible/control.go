// Package visible defines which characters texts may contain, and shortens
// texts that messages repeat.
package visible

import "unicode"

// IsControl reports whether texts of requests and configurations must not
// contain a character: it is invisible, and affects the text around it or the
// terminal, mail or log that displays it. These are
//
//   - the controls C0 (with CR, LF, tab and ESC), DEL and C1,
//   - the separators of lines and paragraphs, U+2028 and U+2029,
//   - the characters that set the direction of text (UAX 9), and every other format
//     character (category Cf), such as the soft hyphen, tags and the byte order mark,
//   - noncharacters.
//
// Two kinds of format characters are allowed: ZERO WIDTH JOINER and NON-JOINER,
// which scripts of Iran and India need in words and emoji between their parts
// (in usernames and domains only in the contexts of RFC 5892); and the
// prepended marks of Arabic, Syriac and Kaithi, which are visible.
func IsControl(r rune) bool {
	switch {
	case r < ' ', 0x7f <= r && r < 0xa0:
		return true
	case r < 0xa0:
		return false
	case r == 0x200c, r == 0x200d:
		return false
	case 0xfdd0 <= r && r <= 0xfdef, r&0xfffe == 0xfffe:
		return true
	}
	return unicode.In(r, unicode.Zl, unicode.Zp, unicode.Cf) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r)
}
