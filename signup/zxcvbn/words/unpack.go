package words

// Packed lists begin with the number of letters and the letters in their order,
// then the sizes of the lists, two bytes each, the higher byte first, with
// runsBit if a list has runs. The rest is one stream of the range coder: for
// each such list, whether a run continues at each rank but the first, and then
// the words.

// runsBit marks the sizes of lists that have runs.
const runsBit = 1 << 15

// unpack unpacks what Pack returned.
func unpack(data string) *Set {
	letters := data[1:][:data[0]]
	data = data[1+len(letters):]
	var unused [len(Lists)]*ranks
	reader := reader{decoder: newDecoder(data[2*len(unused):])}
	total := 0
	for i := range unused {
		size := int(data[2*i])<<8 | int(data[2*i+1])
		unused[i] = newRanks(reader.runs(size&^runsBit, size&runsBit != 0))
		total += unused[i].left
	}
	s := &Set{text: make([]byte, 0, 8*total), start: make([]uint32, 1, total+1), rank: make([]uint16, 0, total), list: make([]uint8, 0, total)}
	list := 0
	for range total {
		reader.word()
		for _, code := range reader.codes {
			s.text = append(s.text, letters[code-1])
		}
		word := s.text[s.start[len(s.start)-1]:]
		s.start = append(s.start, uint32(len(s.text)))
		list = reader.bits(listAfter(len(word), hasDigit(word), list), listBits)
		left := unused[list]
		run, before := left.run(reader.number(left.left))
		reader.taken(before, int(left.size[run]))
		s.rank = append(s.rank, uint16(left.take(run)))
		s.list = append(s.list, uint8(list))
	}
	return s
}

// reader reads words as differences from the word before.
type reader struct {
	*decoder
	codes  []int // of the last word
	shared int   // letters that it shared with the word before
}

// runs reads the lengths of the runs of a list. Unless longer is set, every run
// is one rank.
func (r *reader) runs(size int, longer bool) (lengths []int) {
	for i := range size {
		if i > 0 && longer && r.bits(context{goesOn, goesOn}, 1) == 1 {
			lengths[len(lengths)-1]++
		} else {
			lengths = append(lengths, 1)
		}
	}
	return lengths
}

// word reads a word into codes.
func (r *reader) word() {
	before := r.codes
	shared := r.bits(sharedAfter(len(before), r.shared), sharedBits)
	r.shared = shared
	differs := 0
	if shared < len(before) {
		differs = before[shared]
	}
	r.codes = before[:shared]
	one := last(r.codes)
	code := r.bits(firstAfter(one, differs), letterBits)
	for code != 0 {
		r.codes = append(r.codes, code)
		next := letterAfter(code, one)
		one, code = code, r.bits(next, letterBits)
	}
}

// last returns the last code, or 0.
func last(codes []int) int {
	if len(codes) == 0 {
		return 0
	}
	return codes[len(codes)-1]
}

func hasDigit(word []byte) bool {
	for _, b := range word {
		if '0' <= b && b <= '9' {
			return true
		}
	}
	return false
}
