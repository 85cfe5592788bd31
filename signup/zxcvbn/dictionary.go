package zxcvbn

import (
	"math"
	"slices"
	"unicode/utf16"

	"github.com/enrol-sso/enrol/signup/zxcvbn/words"
)

// dictionary is a list of distinct words in the order of their units.
type dictionary interface {
	size() int
	unit(word, depth int) int // the unit of a word at an offset, -1 at its end
	entry(word int) found
}

// found is the place of a word: its list, an index of words.Lists or noList,
// and its rank there, which is also its guesses.
type found struct {
	list int
	rank float64
}

const noList = -1

// wordList is the dictionary of the built-in lists.
type wordList struct{ set *words.Set }

func (w *wordList) size() int                { return w.set.Len() }
func (w *wordList) unit(word, depth int) int { return w.set.At(word, depth) }
func (w *wordList) entry(word int) found {
	return found{w.set.List(word), float64(w.set.Rank(word))}
}

// inputs is the dictionary of the user inputs.
type inputs []input

type input struct {
	text []uint16
	rank int // 0 if it is not a number
}

// newInputs returns the dictionary of user inputs. If several are equal, the
// last one counts. __proto__ is ignored, as in the original.
func newInputs(texts []string) *inputs {
	list := inputs{}
	for i, text := range texts {
		if lowered := lower(units(text)); text != "" && string(utf16.Decode(lowered)) != inheritedNames[0] {
			list = list.with(input{lowered, i + 1})
		}
	}
	return &list
}

// inheritedNames are the lower-case names that every object of JavaScript
// inherits. The original looks words up in objects and finds these too, with a
// rank that is not a number. Such a match is never the best, but it can hide
// another.
var inheritedNames = [...]string{"__proto__", "constructor"}

func newInherited() *inputs {
	list := inputs{}
	for _, name := range inheritedNames {
		list = list.with(input{units(name), 0})
	}
	return &list
}

// with inserts an input in order, before inputs that are equal, so that find
// returns it.
func (l inputs) with(next input) inputs {
	l = append(l, next)
	at := len(l) - 1
	for ; at > 0 && slices.Compare(l[at-1].text, next.text) >= 0; at-- {
		l[at] = l[at-1]
	}
	l[at] = next
	return l
}

func (l *inputs) size() int { return len(*l) }

func (l *inputs) unit(word, depth int) int {
	if text := (*l)[word].text; depth < len(text) {
		return int(text[depth])
	}
	return -1
}

func (l *inputs) entry(word int) found {
	if rank := (*l)[word].rank; rank > 0 {
		return found{noList, float64(rank)}
	}
	return found{noList, math.NaN()}
}

// span is a range of words of a dictionary that begin with the same units:
// from, up to but not including to.
type span struct{ from, to int }

// narrow returns the words of a span that have the unit at an offset.
func narrow(d dictionary, words span, depth int, unit uint16) span {
	return span{
		from: search(d, words, depth, int(unit)),
		to:   search(d, words, depth, int(unit)+1),
	}
}

// search returns the first word of a span whose unit at an offset is at least
// unit.
func search(d dictionary, words span, depth, unit int) int {
	for words.from < words.to {
		middle := int(uint(words.from+words.to) / 2)
		if d.unit(middle, depth) < unit {
			words.from = middle + 1
		} else {
			words.to = middle
		}
	}
	return words.from
}

// find returns the index of a word.
func find(d dictionary, text []uint16) (word int, ok bool) {
	words := span{0, d.size()}
	for depth, unit := range text {
		words = narrow(d, words, depth, unit)
	}
	return words.from, words.from < words.to && d.unit(words.from, len(text)) < 0
}
