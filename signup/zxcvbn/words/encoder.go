package words

// encoder is the counterpart of decoder. Only the command that packs the lists
// uses it, so that the module is linked without it.
type encoder struct {
	data  []byte
	model []probability
	low   uint64 // the beginning of the range, with a carry above 32 bits
	size  uint32
}

func newEncoder() *encoder { return &encoder{model: newModel(), size: 1<<32 - 1} }

// carry propagates an overflow to the bytes that are already written.
func (e *encoder) carry() {
	if e.low>>32 == 0 {
		return
	}
	e.low &= 1<<32 - 1
	for i := len(e.data) - 1; ; i-- {
		e.data[i]++
		if e.data[i] != 0 {
			return
		}
	}
}

func (e *encoder) shift() {
	e.data = append(e.data, byte(e.low>>24))
	e.low = e.low << 8 & (1<<32 - 1)
}

func (e *encoder) flush() {
	e.carry()
	for e.size < 1<<24 {
		e.size <<= 8
		e.shift()
	}
}

// bits writes a value of some bits in a context, the highest bit first.
func (e *encoder) bits(c context, bits, value int) {
	node := uint32(1)
	for i := bits - 1; i >= 0; i-- {
		bit := uint32(value >> i & 1)
		p, wider := &e.model[c.at+int(node)], &e.model[c.wider+int(node)]
		p.learn(*wider)
		if one := p.split(e.size); bit == 1 {
			e.size = one
		} else {
			e.low += uint64(one)
			e.size -= one
		}
		p.seen(bit)
		if c.wider != c.at {
			wider.seen(bit)
		}
		node = node<<1 | bit
		e.flush()
	}
}

// number writes any of the width numbers from first on, below limit.
func (e *encoder) number(limit, first, width int) {
	e.size /= uint32(limit)
	e.low += uint64(first) * uint64(e.size)
	e.size *= uint32(width)
	e.flush()
}

// end returns everything that was written.
func (e *encoder) end() []byte {
	for range 4 {
		e.carry()
		e.shift()
	}
	return e.data
}
