// Package password rates passwords: whether they consist of little more than
// public facts about the account, and how many guesses they take.
package password

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/enrol-sso/enrol/signup/internal/identity"
)

// The rule of personal words (enrol.block_personal_passwords, E003001) refuses
// a password that consists of little more than public facts about the account.
// NIST SP 800-63B-4, section 3.1.1.2, requires verifiers to refuse
// "context-specific words, such as the name of the service, the username" and
// their derivatives; OWASP ASVS 5.0.0 does so in 6.1.2 and 6.2.11. Neither
// defines derivatives, so this rule does:
//
//  1. Personal words are the username, the e-mail address, its local part, the
//     names, the applications and main.site_name. Each counts as a whole and in
//     its parts of at least 3 letters and digits, both also backwards.
//  2. Words and password are compared in NFKC and lower case, without accents,
//     and by their letters and digits alone: "älïcé" and "a l-i.c_e" are "alice".
//  3. Every occurrence of a word is removed from the password. A word of fewer
//     than 4 letters and digits counts only if it stands alone: not next to
//     another letter, or if it begins or ends with a digit, not next to another
//     digit. "ada" counts in "ada-2026" and in "adaada", but not in "gradation".
//  4. The password is refused if fewer than 5 different characters are left. A
//     letter or digit that equals the one before it, or is its neighbour in
//     Unicode, does not count: "12345" and "aaaaa" count as one, "2026" as three.
//     Of other characters, which may separate letters, three kinds do not count.
//
// A password without any of these words passes. Substitutions such as "4d4" are
// left to zxcvbn, which gets the same words as its user inputs. So are letters
// that Unicode does not decompose, such as "ø" for "o".
const (
	leastPersonalPart = 3
	shortWord         = 4
	leastLeft         = 5
	separatorKinds    = 3
)

// Personal is what is public about an account. The zero value is nothing.
type Personal struct {
	texts []string // folded
	words []string // of the texts
}

// PersonalOf returns what these texts say about an account.
func PersonalOf(texts []string) Personal {
	var p Personal
	for _, text := range texts {
		if folded := identity.Fold(text); !slices.Contains(p.texts, folded) {
			p.texts = append(p.texts, folded)
		}
	}
	p.words = wordsOf(p.texts)
	return p
}

// Words returns the words of the texts, folded and without accents, forwards
// and backwards, without repetitions. The caller must not change them.
func (p Personal) Words() []string { return p.words }

// IsPersonal reports whether a password consists of little more than the words
// of an account, or is one of its texts.
func IsPersonal(normal string, of Personal) bool {
	folded := identity.Fold(normal)
	return slices.Contains(of.texts, folded) || isMadeOf(spell(folded), of.words)
}

// spelling is a folded text without accents, with its letters and digits separated.
type spelling struct {
	runes   []rune
	letters string // and digits
	at      []int  // where each of them is in runes
}

func spell(folded string) spelling {
	s := spelling{runes: []rune(plain(folded))}
	var letters strings.Builder
	for at, r := range s.runes {
		if identity.IsOfLabel(r) {
			letters.WriteRune(r)
			s.at = append(s.at, at)
		}
	}
	s.letters = letters.String()
	return s
}

// plain returns a folded text without accents, the form in which words are
// compared. The rest is composed again, so that a syllable in Hangul stays one
// character.
func plain(folded string) string {
	letters := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(folded))
	return norm.NFC.String(letters)
}

// isMadeOf reports whether a text contains little more than these words.
func isMadeOf(text spelling, words []string) bool {
	taken := make([]bool, len(text.runes))
	for _, word := range words {
		if utf8.RuneCountInString(word) >= shortWord {
			text.take(word, taken)
		}
	}
	alone := make([]bool, len(text.runes))
	for _, word := range words {
		if utf8.RuneCountInString(word) < shortWord {
			text.take(word, alone)
		}
	}
	keepAlone(text.runes, taken, alone)
	return slices.Contains(taken, true) && text.distinct(taken) < leastLeft
}

// take marks every occurrence of a word, including overlapping ones, with the
// characters between its letters.
func (s spelling) take(word string, taken []bool) {
	length := utf8.RuneCountInString(word)
	for from, n := 0, 0; ; {
		found := strings.Index(s.letters[from:], word)
		if found < 0 {
			return
		}
		n += utf8.RuneCountInString(s.letters[from : from+found])
		for at := s.at[n]; at <= s.at[n+length-1]; at++ {
			taken[at] = true
		}
		from += found
		_, size := utf8.DecodeRuneInString(s.letters[from:])
		from, n = from+size, n+1
	}
}

// keepAlone also marks the occurrences of short words that stand alone.
func keepAlone(text []rune, taken, alone []bool) {
	goesOn := func(inside, outside int) bool {
		if outside < 0 || outside == len(text) || taken[outside] {
			return false
		}
		a, b := text[inside], text[outside]
		return isWordLetter(a) && isWordLetter(b) || unicode.IsDigit(a) && unicode.IsDigit(b)
	}
	for from := 0; from < len(text); from++ {
		if !alone[from] {
			continue
		}
		to := from
		for to < len(text) && alone[to] {
			to++
		}
		if !goesOn(from, from-1) && !goesOn(to-1, to) {
			for i := from; i < to; i++ {
				taken[i] = true
			}
		}
		from = to
	}
}

// distinct counts the different characters that are not marked: letters and
// digits without those that repeat or follow the one before, and other
// characters without as many kinds as separators may have.
func (s spelling) distinct(taken []bool) int {
	seen := map[rune]bool{}
	letters, others := 0, 0
	last, left := rune(-2), rune(-2) // the one before, and the one before that is not marked
	for at, r := range s.runes {
		switch letter := identity.IsOfLabel(r); {
		case letter && taken[at]:
			last = r
		case letter:
			if !isNext(last, r) && !isNext(left, r) && !seen[r] {
				seen[r] = true
				letters++
			}
			last, left = r, r
		case !taken[at] && !seen[r]:
			seen[r] = true
			others++
		}
	}
	return letters + max(0, others-separatorKinds)
}

func isNext(a, b rune) bool { return -1 <= a-b && a-b <= 1 }

// wordsOf returns the words of folded texts, as Personal.Words does.
func wordsOf(texts []string) []string {
	var words []string
	seen := map[string]bool{}
	add := func(word string) {
		for _, w := range []string{word, backwards(word)} {
			if w != "" && !seen[w] {
				seen[w] = true
				words = append(words, w)
			}
		}
	}
	for _, text := range texts {
		parts := strings.FieldsFunc(plain(text), func(r rune) bool { return !identity.IsOfLabel(r) })
		add(strings.Join(parts, ""))
		for _, part := range parts {
			if utf8.RuneCountInString(part) >= leastPersonalPart {
				add(part)
			}
		}
	}
	return words
}

func backwards(text string) string {
	runes := []rune(text)
	slices.Reverse(runes)
	return string(runes)
}

func isWordLetter(r rune) bool { return unicode.In(r, unicode.L, unicode.M) }
