// Package words has the word lists of zxcvbn: common passwords, names, and
// words of the English Wikipedia and of American film and television, each with
// its rank in its list. A word is only in the list where it ranks best.
//
// Load and Begin are the entry points. README.md in this folder documents the
// sources of the lists and how they are packed.
package words

import _ "embed"

//go:embed words.bin
var packed string

// Lists are the names of the lists, in the order in which they are packed.
var Lists = [...]string{"passwords", "english_wikipedia", "female_names", "surnames", "us_tv_and_film", "male_names"}

// Indices of Lists.
const (
	Passwords = iota
	EnglishWikipedia
	FemaleNames
	Surnames
	USTVAndFilm
	MaleNames
)

// Set has every word of the lists in bytewise order. It is immutable and safe
// for concurrent use.
type Set struct {
	text  []byte   // of all words, one after the other
	start []uint32 // where each word begins, and where the last one ends
	rank  []uint16 // of each word in its list, from 1
	list  []uint8  // of each word
}

// Load unpacks the lists. That takes tens of milliseconds and 1.4 MB, so
// callers should load them once.
func Load() *Set { return Begin().Set() }

// Begin begins to unpack the lists, for callers that have other work to do in
// between.
func Begin() *Unpacking { return begin(packed) }

// Len returns the number of words.
func (s *Set) Len() int { return len(s.rank) }

// At returns the byte of a word at an offset, from 0 to the length of the word,
// or -1 at its end.
func (s *Set) At(word, depth int) int {
	at := s.start[word] + uint32(depth)
	if at >= s.start[word+1] {
		return -1
	}
	return int(s.text[at])
}

// Rank returns the rank of a word in its list, from 1.
func (s *Set) Rank(word int) int { return int(s.rank[word]) }

// List returns the list of a word, an index of Lists.
func (s *Set) List(word int) int { return int(s.list[word]) }

// Word returns a word as a string.
func (s *Set) Word(word int) string { return string(s.text[s.start[word]:s.start[word+1]]) }
