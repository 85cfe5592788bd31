package words

import (
	"errors"
	"slices"
	"strconv"
)

// Pack packs the lists, each in the order of its ranks, for Load. It returns an
// error if they do not fit the format: if a word is in two places, a list has
// more than 32,767 words, a word has more than 31 letters, or there are more
// than 63 different letters.
func Pack(lists [len(Lists)][]string) ([]byte, error) {
	type entry struct {
		word       string
		list, rank int
	}
	var entries []entry
	var seen [256]bool
	for list, words := range lists {
		if len(words) >= runsBit {
			return nil, errors.New("words: the list " + Lists[list] + " is too long")
		}
		for i, word := range words {
			if word == "" || len(word) > maxLength {
				return nil, errors.New("words: the length of " + strconv.Quote(word))
			}
			entries = append(entries, entry{word, list, i + 1})
			for _, b := range []byte(word) {
				seen[b] = true
			}
		}
	}
	slices.SortFunc(entries, func(a, b entry) int { return slices.Compare([]byte(a.word), []byte(b.word)) })
	var letters []byte
	for b, is := range seen {
		if is {
			letters = append(letters, byte(b))
		}
	}
	if len(letters) >= 1<<letterBits {
		return nil, errors.New("words: there are " + strconv.Itoa(len(letters)) + " letters")
	}
	data := append([]byte{byte(len(letters))}, letters...)
	var unused [len(Lists)]*ranks
	var runOf [len(Lists)][]int // by rank, from 0
	w := writer{encoder: newEncoder(), letters: letters}
	for i, words := range lists {
		size := len(words)
		if falls(words) > len(words)*2/3 {
			size |= runsBit
		}
		data = append(data, byte(size>>8), byte(size))
		var lengths []int
		lengths, runOf[i] = w.runs(words, size&runsBit != 0)
		unused[i] = newRanks(lengths)
	}
	list, before := 0, ""
	for _, entry := range entries {
		if entry.word == before {
			return nil, errors.New("words: " + strconv.Quote(before) + " is in two places")
		}
		w.word(entry.word)
		w.bits(listAfter(len(entry.word), hasDigit([]byte(entry.word)), list), listBits, entry.list)
		left := unused[entry.list]
		run := runOf[entry.list][entry.rank-1]
		w.number(left.left, left.before(run), int(left.size[run]))
		left.take(run)
		list, before = entry.list, entry.word
	}
	return append(data, w.end()...), nil
}

// writer is the counterpart of reader.
type writer struct {
	*encoder
	letters []byte
	codes   []int
	shared  int
}

// falls counts the words of a list that precede the word above them in the
// alphabet.
func falls(words []string) (n int) {
	for i := range words {
		if i > 0 && words[i] < words[i-1] {
			n++
		}
	}
	return n
}

// runs writes the runs of a list and returns their lengths and the run of each
// rank.
func (w *writer) runs(words []string, longer bool) (lengths, of []int) {
	for i, word := range words {
		falls := i > 0 && longer && word < words[i-1]
		if i > 0 && longer {
			bit := 0
			if falls {
				bit = 1
			}
			w.bits(context{goesOn, goesOn}, 1, bit)
		}
		if falls {
			lengths[len(lengths)-1]++
		} else {
			lengths = append(lengths, 1)
		}
		of = append(of, len(lengths)-1)
	}
	return lengths, of
}

func (w *writer) word(word string) {
	before := w.codes
	var codes []int
	for _, b := range []byte(word) {
		codes = append(codes, slices.Index(w.letters, b)+1)
	}
	shared := 0
	for shared < len(codes) && shared < len(before) && codes[shared] == before[shared] {
		shared++
	}
	w.bits(sharedAfter(len(before), w.shared), sharedBits, shared)
	w.shared = shared
	differs := 0
	if shared < len(before) {
		differs = before[shared]
	}
	w.codes = codes
	one := last(codes[:shared])
	next := firstAfter(one, differs)
	for _, code := range append(slices.Clone(codes[shared:]), 0) {
		w.bits(next, letterBits, code)
		next = letterAfter(code, one)
		one = code
	}
}
