package words

// Packed lists begin with the number of letters and the letters in their order,
// then the sizes of the lists, two bytes each, the higher byte first, with
// runsBit if a list has runs. The rest is one stream of the range coder: for
// each such list, whether a run continues at each rank but the first, and then
// the words.

// runsBit marks the sizes of lists that have runs.
const runsBit = 1 << 15

// Unpacking unpacks the lists part by part.
type Unpacking struct {
	reader  reader
	letters string
	unused  [len(Lists)]*ranks
	set     *Set
	list    int // of the word before
	left    int // words that are still packed
}

// begin begins to unpack what Pack returned.
func begin(data string) *Unpacking {
	u := &Unpacking{letters: data[1:][:data[0]]}
	data = data[1+len(u.letters):]
	u.reader = reader{decoder: newDecoder(data[2*len(u.unused):])}
	for i := range u.unused {
		size := int(data[2*i])<<8 | int(data[2*i+1])
		u.unused[i] = newRanks(u.reader.runs(size&^runsBit, size&runsBit != 0))
		u.left += u.unused[i].left
	}
	u.set = &Set{text: make([]byte, 0, 8*u.left), start: make([]uint32, 1, u.left+1), rank: make([]uint16, 0, u.left), list: make([]uint8, 0, u.left)}
	return u
}

// Next unpacks up to n words more, and reports whether some are left.
func (u *Unpacking) Next(n int) (more bool) {
	for range min(n, u.left) {
		u.word()
	}
	u.left -= min(n, u.left)
	return u.left > 0
}

// Set unpacks what is left, and returns all words.
func (u *Unpacking) Set() *Set {
	u.Next(u.left)
	return u.set
}

func (u *Unpacking) word() {
	s := u.set
	u.reader.word()
	for _, code := range u.reader.codes {
		s.text = append(s.text, u.letters[code-1])
	}
	word := s.text[s.start[len(s.start)-1]:]
	s.start = append(s.start, uint32(len(s.text)))
	u.list = u.reader.bits(listAfter(len(word), hasDigit(word), u.list), listBits)
	left := u.unused[u.list]
	run, before := left.run(u.reader.number(left.left))
	u.reader.taken(before, int(left.size[run]))
	s.rank = append(s.rank, uint16(left.take(run)))
	s.list = append(s.list, uint8(u.list))
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
