package mail

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Address is an e-mail address with the name of its owner, "" for none.
type Address struct {
	Name    string `json:"name"`
	Address string `json:"address"` // the domain in ASCII
}

// Bounds of an address (RFC 5321, section 4.5.3.1) and of a name, in bytes.
const (
	maxAddress = 254
	maxLocal   = 64
	maxName    = 256
)

// Reasons do not quote what they are about.
var (
	errAddress = errors.New("is not an address")
	errName    = errors.New("has a name with a quote, an angle bracket or a control character")
)

// ParseAddress reads the address of a sender or of a copy: "name <address>",
// "\"name\" <address>" or an address. Other forms of RFC 5322, such as comments,
// are invalid: each of them is a way to smuggle something into a header.
func ParseAddress(text string) (Address, error) {
	name, address := "", strings.TrimSpace(text)
	if rest, ok := strings.CutSuffix(address, ">"); ok {
		if name, address, ok = strings.Cut(rest, "<"); !ok {
			return Address{}, errAddress
		}
		name = strings.TrimSpace(name)
		if n := len(name); n >= 2 && name[0] == '"' && name[n-1] == '"' {
			name = name[1 : n-1]
		}
	}
	if len(name) > maxName || !utf8.ValidString(name) || strings.ContainsAny(name, `"<>\`) || strings.ContainsFunc(name, isUnprintable) {
		return Address{}, errName
	}
	checked, err := checkAddress(address)
	return Address{Name: name, Address: checked}, err
}

// checkAddress returns an address with its domain in ASCII. The local part must be
// a dot-atom (RFC 5321), which may have letters beyond ASCII (RFC 6531): the core
// accepts no others either.
func checkAddress(address string) (string, error) {
	local, domain, found := strings.Cut(address, "@")
	if !found || strings.Contains(domain, "@") || !isDotAtom(local) || len(local) > maxLocal {
		return "", errAddress
	}
	ascii, err := domainToASCII(domain)
	if err != nil || ascii == "" || strings.HasSuffix(ascii, ".") || len(local)+len("@")+len(ascii) > maxAddress {
		return "", errAddress
	}
	return local + "@" + ascii, nil
}

func isDotAtom(local string) bool {
	if !utf8.ValidString(local) {
		return false
	}
	for atom := range strings.SplitSeq(local, ".") {
		if atom == "" {
			return false
		}
		for _, r := range atom {
			switch {
			case r >= utf8.RuneSelf && !unicode.IsPrint(r):
				return false
			case r < utf8.RuneSelf && !isAlphanumeric(r) && !strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r):
				return false
			}
		}
	}
	return true
}

func isAlphanumeric(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}

func domainOf(address string) string { return address[strings.LastIndex(address, "@")+1:] }
