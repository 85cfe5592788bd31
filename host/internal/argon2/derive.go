package argon2

import (
	"encoding/binary"

	"golang.org/x/crypto/blake2b"
)

const version = 0x13

// derive computes a hash. The secret and the data are those of RFC 9106,
// section 3.1.
func (p *Params) derive(password, salt, secret, data []byte, pool *Pool) []byte {
	lanes := uint32(p.Lanes)
	segment := max(p.Memory/(slices*lanes), 2) // blocks
	work := filling{
		Params:  p,
		lanes:   lanes,
		segment: segment,
		lane:    slices * segment,
	}
	work.memory = pool.take(int(lanes * work.lane))
	defer pool.put(work.memory)
	work.begin(p.first(password, salt, secret, data))
	work.run()
	return work.finish()
}

// first returns the hash H0 of all inputs (RFC 9106, section 3.2), with room for
// the numbers of a column and a lane.
func (p *Params) first(password, salt, secret, data []byte) []byte {
	h, err := blake2b.New512(nil)
	if err != nil {
		panic(err) // only a key can be wrong
	}
	var words []byte
	for _, word := range []uint32{uint32(p.Lanes), p.Length, p.Memory, p.Passes, version, uint32(p.Variant)} {
		words = binary.LittleEndian.AppendUint32(words, word)
	}
	h.Write(words)
	for _, input := range [][]byte{password, salt, secret, data} {
		h.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(input))))
		h.Write(input)
	}
	return h.Sum(make([]byte, 0, blake2b.Size+8))
}

// expand fills out with the hash H' of an input (RFC 9106, section 3.3).
func expand(out, in []byte) {
	size := min(len(out), blake2b.Size)
	input := append(binary.LittleEndian.AppendUint32(nil, uint32(len(out))), in...)
	for {
		h, err := blake2b.New(size, nil)
		if err != nil {
			panic(err) // only the size or a key can be wrong
		}
		h.Write(input)
		input = h.Sum(nil)
		if len(out) <= blake2b.Size {
			copy(out, input)
			return
		}
		copy(out, input[:blake2b.Size/2])
		out = out[blake2b.Size/2:]
		size = min(len(out), blake2b.Size)
	}
}
