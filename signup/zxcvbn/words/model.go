package words

// probability is how likely an adaptive bit is 1: a fraction of twelve bits
// above four that count how often the bit was seen, so that it adapts fast at
// first and slowly later.
type probability uint16

const (
	probabilityBits = 12
	countBits       = 4
	evenly          = probability(1<<(probabilityBits-1)) << countBits
)

// split divides a range in proportion; the lower part means 1. Neither part is
// empty if the range has more than probabilityBits bits.
func (p probability) split(size uint32) uint32 {
	return (size >> probabilityBits) * uint32(min(max(p>>countBits, 1), 1<<probabilityBits-1))
}

// seen moves the probability towards a bit that was seen.
func (p *probability) seen(bit uint32) {
	count := *p & (1<<countBits - 1)
	value := int32(*p >> countBits)
	step := (int32(bit)<<probabilityBits - value) * rates[count] >> 16
	if count < 1<<countBits-1 {
		count++
	}
	*p = probability(min(max(value+step, 1), 1<<probabilityBits-1))<<countBits | count
}

// rates has the steps by which the n-th bit moves its probability, in parts of
// 65,536: about 1/(n+1.6).
var rates = [1 << countBits]int32{
	40960, 25206, 18204, 14247, 11703, 9930, 8623, 7620, 6827, 6183, 5650, 5201, 4819, 4489, 4201, 1700,
}

// learn initializes a probability that was never used from the
// probability of a wider context.
func (p *probability) learn(wider probability) {
	if *p&(1<<countBits-1) == 0 {
		*p = wider&^(1<<countBits-1) | min(wider&(1<<countBits-1), 2)
	}
}

// context is where in the model the bits of one kind of value have their
// probabilities, and where the same kind has them in a wider context, from which
// they learn. A wider context has no other use.
type context struct{ at, wider int }

// Sizes in bits of the values that are coded bit by bit, from the highest bit
// to the lowest.
const (
	sharedBits = 5
	letterBits = 6
	listBits   = 3
	maxLength  = 1<<sharedBits - 1 // of a word
)

// Where the contexts of each kind of value begin.
const (
	goesOn     = 0                                      // whether a run continues with the next rank
	sharing    = goesOn + 2                             // letters shared with the previous word, by its length and what it shared
	listing    = sharing + 1<<(3*sharedBits)            // the list, by the length of the word, by whether it has digits, and by the list of the previous word
	firsts     = listing + 1<<(sharedBits+1+2*listBits) // the first letter that differs, by that of the previous word
	letters    = firsts + 1<<(2*letterBits)             // any other letter, by the one before it
	firstPairs = letters + 1<<(2*letterBits)            // the first letter that differs, also by the letter before it
	pairs      = firstPairs + 1<<(3*letterBits)         // any other letter, by the two before it
	modelSize  = pairs + 1<<(3*letterBits)
)

func newModel() []probability {
	model := make([]probability, modelSize)
	for i := range model {
		model[i] = evenly
	}
	return model
}

// A context that is its own wider context does not learn.

func sharedAfter(length, shared int) context {
	at := sharing + (length<<sharedBits|shared)<<sharedBits
	return context{at, at}
}

func listAfter(length int, digits bool, list int) context {
	place := length << 1
	if digits {
		place |= 1
	}
	at := listing + (place<<listBits|list)<<listBits
	return context{at, at}
}

func firstAfter(one, other int) context {
	return context{firstPairs + (one<<letterBits|other)<<letterBits, firsts + other<<letterBits}
}

func letterAfter(one, two int) context {
	return context{pairs + (two<<letterBits|one)<<letterBits, letters + one<<letterBits}
}
