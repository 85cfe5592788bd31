package precis

// foldWidth returns a code point without its width: its decomposition, if that
// has the type <wide> or <narrow> in Unicode's UnicodeData.txt. norm cannot
// tell, because its decompositions are full, and the decomposition of a
// half-width letter of Hangul has one itself.
func foldWidth(r rune) rune {
	switch {
	case r == '\u3000':
		return ' '
	case '！' <= r && r <= '～':
		return r - '！' + '!'
	case '｟' <= r && int(r-'｟') < len(otherWidths):
		if other := otherWidths[r-'｟']; other != 0 {
			return rune(other)
		}
	}
	return r
}

// otherWidths has the decompositions from U+FF5F on, 0 if there is none.
var otherWidths = [...]uint16{
	'⦅', '⦆', '。', '「', '」', '、', '・', 'ヲ', 'ァ', 'ィ', 'ゥ', 'ェ', 'ォ', 'ャ', 'ュ', 'ョ',
	'ッ', 'ー', 'ア', 'イ', 'ウ', 'エ', 'オ', 'カ', 'キ', 'ク', 'ケ', 'コ', 'サ', 'シ', 'ス', 'セ',
	'ソ', 'タ', 'チ', 'ツ', 'テ', 'ト', 'ナ', 'ニ', 'ヌ', 'ネ', 'ノ', 'ハ', 'ヒ', 'フ', 'ヘ', 'ホ',
	'マ', 'ミ', 'ム', 'メ', 'モ', 'ヤ', 'ユ', 'ヨ', 'ラ', 'リ', 'ル', 'レ', 'ロ', 'ワ', 'ン', '\u3099',
	'\u309a', '\u3164', 'ㄱ', 'ㄲ', 'ㄳ', 'ㄴ', 'ㄵ', 'ㄶ', 'ㄷ', 'ㄸ', 'ㄹ', 'ㄺ', 'ㄻ', 'ㄼ', 'ㄽ', 'ㄾ',
	'ㄿ', 'ㅀ', 'ㅁ', 'ㅂ', 'ㅃ', 'ㅄ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅉ', 'ㅊ', 'ㅋ', 'ㅌ', 'ㅍ', 'ㅎ',
	0, 0, 0, 'ㅏ', 'ㅐ', 'ㅑ', 'ㅒ', 'ㅓ', 'ㅔ', 0, 0, 'ㅕ', 'ㅖ', 'ㅗ', 'ㅘ', 'ㅙ',
	'ㅚ', 0, 0, 'ㅛ', 'ㅜ', 'ㅝ', 'ㅞ', 'ㅟ', 'ㅠ', 0, 0, 'ㅡ', 'ㅢ', 'ㅣ', 0, 0,
	0, '¢', '£', '¬', '\u00af', '¦', '¥', '₩', 0, '│', '←', '↑', '→', '↓', '■', '○',
}
