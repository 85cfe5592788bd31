// Package ascii reports what kind of ASCII character a byte is. Forms of ids,
// names and JSON depend on it, not on Unicode.
package ascii

// IsDigit reports whether b is one of 0-9.
func IsDigit(b byte) bool { return '0' <= b && b <= '9' }

// IsLetter reports whether b is one of A-Z and a-z.
func IsLetter(b byte) bool { return 'a' <= b|0x20 && b|0x20 <= 'z' }
