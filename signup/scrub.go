package signup

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// confidential is what a service was sent and an error must not repeat.
type confidential struct {
	anywhere []string // passwords, tokens, addresses
	words    []string // names and similar texts, which may be part of a longer word
}

// shortSecret is the minimum length of a text that is replaced anywhere. A
// shorter one, such as a refused password "e", is replaced only as a word,
// because otherwise the gaps would reveal it.
const shortSecret = 4

// scrub removes from an error what must not be logged: what a service was sent,
// everything that looks like an address, and controls. Services often quote
// what they refuse.
func scrub(text string, hidden confidential) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\ufffd"))
	for _, secret := range longestFirst(hidden.anywhere) {
		text = scrubText(text, secret, utf8.RuneCountInString(secret) >= shortSecret)
	}
	for _, word := range longestFirst(hidden.words) {
		text = scrubText(text, word, false)
	}
	return scrubAddresses(text)
}

// longestFirst returns texts without surrounding space, longest first, because
// one may be part of another.
func longestFirst(texts []string) []string {
	var sorted []string
	for _, text := range texts {
		if text = strings.TrimSpace(text); text != "" {
			sorted = append(sorted, text)
		}
	}
	slices.SortFunc(sorted, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
	return sorted
}

// scrubText replaces a secret in a text, case-insensitively, escaped or not:
// anywhere, or only if it is not part of a longer word.
func scrubText(text, secret string, anywhere bool) string {
	var out strings.Builder
	for at := 0; at < len(text); {
		n := lengthOf(secret, text[at:])
		if n > 0 && (anywhere || (isBetweenLabels(text, at) || endsEscape(text[:at])) && isBetweenLabels(text, at+n)) {
			out.WriteString(redacted)
			at += n
			continue
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		out.WriteString(text[at : at+size])
		at += size
	}
	return out.String()
}

// maxReadings limits the ways in which lengthOf reads a text.
const maxReadings = 4

// lengthOf returns how many bytes at the beginning of a text are a secret, or
// 0. Each character may be escaped or not: "%25" may mean "%" or itself.
func lengthOf(secret, text string) int {
	ends := []int{0}
	for _, want := range secret {
		var next []int
		for _, at := range ends {
			if escaped, size := unescape(text[at:]); size > 0 && sameLetter(escaped, want) {
				next = append(next, at+size)
			}
			plain, size := utf8.DecodeRuneInString(text[at:])
			if size > 0 && (sameLetter(plain, want) || plain == '+' && want == ' ') {
				next = append(next, at+size)
			}
		}
		slices.Sort(next)
		next = slices.Compact(next)
		ends = next[max(0, len(next)-maxReadings):]
		if len(ends) == 0 {
			return 0
		}
	}
	return ends[len(ends)-1]
}

func sameLetter(a, b rune) bool { return a == b || strings.EqualFold(string(a), string(b)) }

// unescape returns the escaped character at the beginning of a text, and its
// length in bytes, 0 if there is none. It reads the escapes of URLs, of quoted
// strings in JSON, JavaScript and Go, of HTML (by number) and of
// quoted-printable mail.
func unescape(text string) (r rune, size int) {
	if strings.HasPrefix(text, `\`) && len(text) > 1 {
		digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[text[1]]
		if digits == 0 {
			r, size = utf8.DecodeRuneInString(text[1:])
			return r, 1 + size
		}
		r = hexadecimal(text[2:], digits)
		if low, n := rune(0), 2+digits; utf16.IsSurrogate(r) && strings.HasPrefix(text[n:], `\u`) {
			if low = hexadecimal(text[n+2:], 4); low >= 0 {
				return utf16.DecodeRune(r, low), n + 6
			}
		}
		if r < 0 {
			return 0, 0
		}
		return r, 2 + digits
	}
	if strings.HasPrefix(text, "&#") {
		return unescapeHTML(text)
	}
	var encoded []byte
	for len(encoded) < utf8.UTFMax && size < len(text) && text[size] == text[0] && (text[0] == '%' || text[0] == '=') {
		b := hexadecimal(text[size+1:], 2)
		if b < 0 {
			break
		}
		encoded, size = append(encoded, byte(b)), size+3
	}
	if size == 0 {
		return 0, 0
	}
	r, n := utf8.DecodeRune(encoded)
	return r, 3 * n
}

// unescapeHTML does the same for a numeric character reference.
func unescapeHTML(text string) (r rune, size int) {
	number, _, found := strings.Cut(text[2:], ";")
	if !found {
		return 0, 0
	}
	digits, base := number, 10
	if strings.HasPrefix(number, "x") || strings.HasPrefix(number, "X") {
		digits, base = number[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 21)
	if err != nil {
		return 0, 0
	}
	return rune(n), len("&#") + len(number) + len(";")
}

// hexadecimal parses digits at the beginning of a text. It returns -1 if there
// are too few.
func hexadecimal(text string, digits int) rune {
	if len(text) < digits {
		return -1
	}
	n, err := strconv.ParseUint(text[:digits], 16, 31)
	if err != nil {
		return -1
	}
	return rune(n)
}

// endsEscape reports whether a text may end with an escape. Its letters and
// digits are not part of a word.
func endsEscape(text string) bool {
	for _, n := range []int{2, 3, 4, 6, 10} {
		if len(text) >= n && (text[len(text)-n] == '\\' || n == 3 && (text[len(text)-n] == '%' || text[len(text)-n] == '=')) {
			if _, size := unescape(text[len(text)-n:]); size == n {
				return true
			}
		}
	}
	return false
}

// scrubAddresses replaces each run of characters that contains "@", escaped or
// not.
func scrubAddresses(text string) string {
	text = plainAts(text)
	words := strings.FieldsFunc(text, isAroundAddress)
	for _, word := range words {
		if strings.ContainsAny(word, "@\uff20\ufe6b") {
			text = strings.Replace(text, word, redacted, 1)
		}
	}
	return text
}

// plainAts replaces each escaped "@" with "@", because the escape may contain a
// character that ends an address, such as ";".
func plainAts(text string) string {
	text = strings.NewReplacer(
		"%40", "@", "%2540", "@", `\u0040`, "@", `\U00000040`, "@", `\x40`, "@", `\100`, "@",
		"&#64;", "@", "&#064;", "@", "&#x40;", "@", "&#X40;", "@", "&commat;", "@",
		"&amp;#64;", "@", "&amp;#x40;", "@", "&amp;#X40;", "@", "&amp;commat;", "@",
	).Replace(text)
	parts := strings.Split(text, "=40") // of quoted-printable mail, or of "status=404"
	for i, part := range parts[1:] {
		mark := "=40"
		if r, _ := utf8.DecodeRuneInString(part); unicode.IsLetter(r) {
			mark = "@"
		}
		parts[i+1] = mark + part
	}
	return strings.Join(parts, "")
}

// isAroundAddress reports whether a character ends an address.
func isAroundAddress(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune("<>()[]{},;\"'", r)
}
