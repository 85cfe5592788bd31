package configobj

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// splitLines splits text into lines without their ends, CR LF or LF, and
// without the byte order mark. The errors, at most one per line, are characters
// that no line may have.
func splitLines(text string) ([]string, []Error) {
	lines := strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n")
	var errors []Error
	for i, line := range lines {
		line = strings.TrimRight(line, "\r")
		if at, message := badCharacter(line); message != "" {
			errors = append(errors, Error{i + 1, column(line, at), message})
		}
		lines[i] = line
	}
	return lines, errors
}

// badCharacter finds the first character that a line must not have. The message
// is empty if there is none.
func badCharacter(line string) (at int, message string) {
	for at, r := range line {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(line[at:]); size == 1 {
				return at, "the text is not UTF-8 here: save the file as UTF-8"
			}
		}
		if unicode.IsControl(r) && r != '\t' {
			return at, "there is a control character here: remove it"
		}
	}
	return 0, ""
}

// lineEnd is what peek returns at the end of a line. No line contains it.
const lineEnd = '\n'

// peek returns the byte at an offset, or lineEnd at the end of the line.
func peek(line string, at int) byte {
	if at >= len(line) {
		return lineEnd
	}
	return line[at]
}

// skipSpace returns the offset of the first character that is not white space,
// at or after an offset.
func skipSpace(line string, at int) int {
	for at < len(line) {
		r, size := utf8.DecodeRuneInString(line[at:])
		if !unicode.IsSpace(r) {
			break
		}
		at += size
	}
	return at
}

// trimSpace removes white space from the end of a text.
func trimSpace(text string) string { return strings.TrimRightFunc(text, unicode.IsSpace) }

// isQuote reports whether a byte is a quote.
func isQuote(b byte) bool { return b == '"' || b == '\'' }

// closing returns where quoted text closes: at the first quote at or after from
// whose next character, white space aside, is in follow. It also returns the
// offset of that character. Other quotes are text: "a" b" contains one.
func closing(line string, from int, quote byte, follow string) (at, next int, ok bool) {
	for at = from; at < len(line); at++ {
		if line[at] != quote {
			continue
		}
		next = skipSpace(line, at+1)
		if strings.IndexByte(follow, peek(line, next)) >= 0 {
			return at, next, true
		}
	}
	return 0, 0, false
}
