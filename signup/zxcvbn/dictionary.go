package zxcvbn

import (
	"math"
	"slices"
	"unicode/utf16"

	"github.com/enrol-sso/enrol/signup/zxcvbn/words"
)

// dictionary is a list of different words in the order of their units.
type dictionary interface {
	size() int
	unit(word, depth int) int // the unit of a word at a depth, -1 at its end
	guesses(word int) float64
}

// wordList is the dictionary of the lists that come with the package.
type wordList struct{ set *words.Set }

func (w *wordList) size() int                { return w.set.Len() }
func (w *wordList) unit(word, depth int) int { return w.set.At(word, depth) }
func (w *wordList) guesses(word int) float64 { return float64(w.set.Rank(word)) }

// inputs is the dictionary of the user inputs.
type inputs []input

type input struct {
	text []uint16
	rank int // 0 for one that is not a number
}

// newInputs orders user inputs. Of equal ones the last counts, and __proto__ is
// none, as in the original.
func newInputs(texts []string) *inputs {
	list := inputs{}
	for i, text := range texts {
		if lowered := lower(units(text)); text != "" && string(utf16.Decode(lowered)) != inheritedNames[0] {
			list = list.with(input{lowered, i + 1})
		}
	}
	return &list
}

// inheritedNames are the names in lower case that every object of JavaScript
// inherits. The original looks words up in objects and finds these too, with
// something for a rank that is not a number. What comes of that is no harm: a
// match that is never the best, though it can hide another.
var inheritedNames = [...]string{"__proto__", "constructor"}

func newInherited() *inputs {
	list := inputs{}
	for _, name := range inheritedNames {
		list = list.with(input{units(name), 0})
	}
	return &list
}

// with puts an input in its place, before those that are equal: the first of
// them is found.
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

func (l *inputs) guesses(word int) float64 {
	if rank := (*l)[word].rank; rank > 0 {
		return float64(rank)
	}
	return math.NaN()
}

// span is a part of a dictionary: the words from one to before another, which
// all begin with the same units.
type span struct{ from, to int }

// narrow returns those of the words whose unit at a depth is this one.
func narrow(d dictionary, words span, depth int, unit uint16) span {
	return span{
		from: search(d, words, depth, int(unit)),
		to:   search(d, words, depth, int(unit)+1),
	}
}

// search returns the first of the words whose unit at a depth is not less than
// this one.
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

// find looks up a whole word.
func find(d dictionary, text []uint16) (word int, ok bool) {
	words := span{0, d.size()}
	for depth, unit := range text {
		words = narrow(d, words, depth, unit)
	}
	return words.from, words.from < words.to && d.unit(words.from, len(text)) < 0
}
