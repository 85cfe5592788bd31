package words

// probability is how likely an adaptive bit is to be 1: twelve bits of a
// fraction above four that count how often it was seen, so that it moves fast
// at first and slowly later.
type probability uint16

const (
	probabilityBits = 12
	countBits       = 4
	evenly          = probability(1<<(probabilityBits-1)) << countBits
)

// split divides a range in proportion; the lower part stands for 1. Neither
// part is empty while the range has more than probabilityBits bits.
func (p probability) split(size uint32) uint32 {
	return (size >> probabilityBits) * uint32(min(max(p>>countBits, 1), 1<<probabilityBits-1))
}

// seen moves the probability towards the bit.
func (p *probability) seen(bit uint32) {
	count := *p & (1<<countBits - 1)
	value := int32(*p >> countBits)
	step := (int32(bit)<<probabilityBits - value) * rates[count] >> 16
	if count < 1<<countBits-1 {
		count++
	}
	*p = probability(min(max(value+step, 1), 1<<probabilityBits-1))<<countBits | count
}

// rates is by how much the nth sight of a bit moves its probability, in parts
// of 65,536: about 1/(n+1.6).
var rates = [1 << countBits]int32{
	40960, 25206, 18204, 14247, 11703, 9930, 8623, 7620, 6827, 6183, 5650, 5201, 4819, 4489, 4201, 3948,
}

// model holds the probabilities of everything that a packed list has, each
// below the context that says most about it.
type model struct {
	shared []probability // letters in common with the word before, by that word's length
	first  []probability // first letter that differs, by the word before's and the letter before
	letter []probability // any other, by the two letters before
	goesOn []probability // whether a run goes on with the next rank
	list   []probability // by length, by whether there are digits, and by the list of the word before
}

// Sizes of what is coded bit by bit, from the highest to the lowest.
const (
	sharedBits = 5
	letterBits = 6
	listBits   = 3
	maxLength  = 1<<sharedBits - 1 // of a word
)

func newModel(letters int) *model {
	pairs := (letters + 1) * (letters + 1)
	m := &model{
		shared: make([]probability, (maxLength+1)<<sharedBits),
		first:  make([]probability, pairs<<letterBits),
		letter: make([]probability, pairs<<letterBits),
		goesOn: make([]probability, 2),
		list:   make([]probability, (maxLength+1)<<(1+listBits+listBits)),
	}
	for _, table := range [][]probability{m.shared, m.first, m.letter, m.goesOn, m.list} {
		for i := range table {
			table[i] = evenly
		}
	}
	return m
}

// The contexts: the part of a table in which the bits of one thing are.

func (m *model) sharedAfter(length int) []probability {
	return m.shared[length<<sharedBits:][:1<<sharedBits]
}

func (m *model) firstAfter(one, other, letters int) []probability {
	return m.first[(one*(letters+1)+other)<<letterBits:][:1<<letterBits]
}

func (m *model) letterAfter(one, two, letters int) []probability {
	return m.letter[(one*(letters+1)+two)<<letterBits:][:1<<letterBits]
}

func (m *model) listAfter(length int, digits bool, list int) []probability {
	place := length<<1 | 0
	if digits {
		place |= 1
	}
	return m.list[(place<<listBits|list)<<listBits:][:1<<listBits]
}
