package words

// decoder is the reading half of a range coder. Likelier values take less of a
// range of 32 bits, and so less data.
type decoder struct {
	data  string
	model []probability
	size  uint32 // of the range
	code  uint32 // the position of the data in the range
}

func newDecoder(data string) *decoder {
	d := &decoder{data: data, model: newModel(), size: 1<<32 - 1}
	for range 4 {
		d.code = d.code<<8 | d.next()
	}
	return d
}

// next returns the next byte, or 0 after the end.
func (d *decoder) next() uint32 {
	if len(d.data) == 0 {
		return 0
	}
	b := d.data[0]
	d.data = d.data[1:]
	return uint32(b)
}

// bits reads a number of a number of bits in a context.
func (d *decoder) bits(c context, bits int) int {
	node, size, code := uint32(1), d.size, d.code
	for range bits {
		p, wider := &d.model[c.at+int(node)], &d.model[c.wider+int(node)]
		p.learn(*wider)
		one := p.split(size)
		bit := uint32(0)
		if code < one {
			size, bit = one, 1
		} else {
			code -= one
			size -= one
		}
		p.seen(bit)
		if c.wider != c.at {
			wider.seen(bit)
		}
		node = node<<1 | bit
		for size < 1<<24 {
			size <<= 8
			code = code<<8 | d.next()
		}
	}
	d.size, d.code = size, code
	return int(node) - 1<<bits
}

// number reads a number below limit, where all are equally likely. The caller
// must then call taken with the range of numbers that share its meaning. limit
// has at most 16 bits.
func (d *decoder) number(limit int) int {
	d.size /= uint32(limit)
	return int(min(d.code/d.size, uint32(limit)-1))
}

// taken ends the reading of a number: it was one of width numbers from first
// on.
func (d *decoder) taken(first, width int) {
	d.code -= uint32(first) * d.size
	d.size *= uint32(width)
	for d.size < 1<<24 {
		d.size <<= 8
		d.code = d.code<<8 | d.next()
	}
}
