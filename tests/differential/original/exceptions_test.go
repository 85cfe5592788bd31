package original

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Rows of the page's tables by which decisions differ, as their first cells
// begin.
const (
	sealedAddresses = "With `encrypt_email=True` no rule for addresses applies."
	equalNames      = "Whether two usernames are equal"
	equalAddresses  = "Addresses are compared as they are typed."
	oneIsTaken      = "With `encrypt_email=False`, a sign-up of which only the name or only the address is taken"
	noAddress       = "A missing address is accepted"
	addresses       = "Any text without white space is an address."
	keywords        = "Keywords of `reject_username` and `reject_email`"
	lengths         = "The length of a password"
	characters      = "A password with control characters"
	ownWords        = "The score of a password"
	firstField      = "The check stops at the first invalid field"
)

var rows = []string{sealedAddresses, equalNames, equalAddresses, oneIsTaken, noAddress, addresses, keywords, lengths, characters, ownWords, firstField}

// exceptions returns the rows by which the codes of Enrol differ from the
// decision, nil if none explains it.
func (d decision) exceptions(codes []string) []string {
	var found []string
	explained := map[string]bool{} // the fields whose code has a row
	for _, code := range codes {
		if row := d.exception(code); row != "" {
			found = append(found, row)
			explained[code[:4]] = true
		} else if d.code == "" {
			return nil // refused by a rule that the original shares, or by none that is known
		}
	}
	switch {
	case d.code == "" || explained["E008"]:
		return found
	case d.code == "crash" && (slices.Contains(codes, "E001002") || slices.Contains(codes, "E002002")):
		return []string{oneIsTaken}
	case d.code == "crash" || d.code == "E001002" || d.code == "E002002":
		if len(codes) == 0 {
			return nil
		}
		return append(found, firstField) // a rule refuses what is taken as well
	case explained[d.code[:4]]:
		return found // another code of the same field
	}
	return nil
}

// exception returns the row by which Enrol refuses what the original accepts, ""
// if there is none.
func (d decision) exception(code string) string {
	switch code {
	case "E001001":
		return firstOf(d.containsKeyword(d.username), keywords, d.isUnusual(), equalNames)
	case "E001002":
		return firstOf(!d.taken(d.username, 0), equalNames)
	case "E002001":
		return firstOf(d.EncryptEmail, sealedAddresses, d.containsKeyword(d.email), keywords, !isPlain(d.email), addresses)
	case "E002002":
		return firstOf(!d.taken(d.email, 1), equalAddresses)
	case "E002003", "E002004":
		return firstOf(d.EncryptEmail, sealedAddresses)
	case "E002005":
		return firstOf(d.EncryptEmail, sealedAddresses, d.email == "", noAddress)
	case "E003001":
		return firstOf(strings.ContainsFunc(d.password, isNotTyped), characters)
	case "E003002":
		return firstOf(strings.ContainsFunc(d.password, unicode.IsMark), lengths)
	case "E003008":
		return firstOf(strings.Contains(d.password, d.username) || strings.Contains(d.password, d.email), ownWords)
	case "E008002":
		return firstOf(strings.Contains(d.username+d.email+d.password, "\x00"), characters)
	}
	return ""
}

var plain = regexp.MustCompile(`^[a-z0-9]+([.+][a-z0-9]+)*@([a-z0-9]{1,63}\.)+[a-z]{2,63}$`)

// isPlain reports whether a text is an address by any rule. The part before "@"
// has 64 bytes at most.
func isPlain(text string) bool { return plain.MatchString(text) && strings.Index(text, "@") <= 64 }

// firstOf returns the first row whose condition before it holds.
func firstOf(conditionsAndRows ...any) string {
	for i := 0; i < len(conditionsAndRows); i += 2 {
		if conditionsAndRows[i].(bool) {
			return conditionsAndRows[i+1].(string)
		}
	}
	return ""
}

// containsKeyword reports whether a text has a keyword, but not in lower case.
func (d decision) containsKeyword(text string) bool {
	return slices.ContainsFunc([]string{"zato", "admin", "root", "system", "sso"}, func(keyword string) bool {
		return strings.Contains(strings.ToLower(text), keyword) && !strings.Contains(text, keyword)
	})
}

// isUnusual reports whether a username is one that RFC 8265 or the rules about
// scripts and "@" may refuse.
func (d decision) isUnusual() bool {
	return strings.ContainsFunc(d.username, func(r rune) bool { return r == '@' || r < ' ' || r > '~' })
}

// taken reports whether an account has exactly this name, or this address.
func (d decision) taken(text string, member int) bool {
	return slices.ContainsFunc(d.Accounts, func(account [2]string) bool { return account[member] == text })
}

func isNotTyped(r rune) bool { return unicode.Is(unicode.C, r) }
