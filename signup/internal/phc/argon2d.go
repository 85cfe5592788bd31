package phc

import (
	"encoding/binary"
	"math/bits"

	"golang.org/x/crypto/blake2b"
)

// This is argon2d of RFC 9106, which x/crypto does not export. Only
// imported accounts have such hashes, so it is short: lanes run one after another.

const (
	argon2Version = 0x13
	argon2dType   = 0
	argon2Slices  = 4
	argon2Words   = 128 // 64-bit words in a block of 1 KiB
)

type argon2Block [argon2Words]uint64

// deriveArgon2d computes an argon2d hash (RFC 9106, section 3.2).
func deriveArgon2d(p Params, password, salt []byte) []byte {
	lanes := p.Parallelism
	segment := max(p.Memory/(argon2Slices*lanes), 2)
	lane := argon2Slices * segment
	blocks := make([]argon2Block, lanes*lane)
	seed := argon2dSeed(p, password, salt)
	for l := range lanes {
		for column := range 2 {
			first := binary.LittleEndian.AppendUint32(seed, uint32(column))
			data := argon2Expand(binary.LittleEndian.AppendUint32(first, uint32(l)), 8*argon2Words)
			for i := range argon2Words {
				blocks[l*lane+column][i] = binary.LittleEndian.Uint64(data[8*i:])
			}
		}
	}
	for pass := range p.Iterations {
		for slice := range argon2Slices {
			for l := range lanes {
				argon2dSegment(blocks, pass, slice, l, lanes, segment)
			}
		}
	}
	last := blocks[lane-1]
	for l := 1; l < lanes; l++ {
		for i, word := range blocks[(l+1)*lane-1] {
			last[i] ^= word
		}
	}
	var data []byte
	for _, word := range last {
		data = binary.LittleEndian.AppendUint64(data, word)
	}
	return argon2Expand(data, p.Length)
}

// argon2dSeed returns the hash H0 of all inputs, with room for the numbers of a
// column and a lane.
func argon2dSeed(p Params, password, salt []byte) []byte {
	var input []byte
	for _, word := range []int{p.Parallelism, p.Length, p.Memory, p.Iterations, argon2Version, argon2dType} {
		input = binary.LittleEndian.AppendUint32(input, uint32(word))
	}
	for _, part := range [][]byte{password, salt, nil, nil} { // no secret, no associated data
		input = append(binary.LittleEndian.AppendUint32(input, uint32(len(part))), part...)
	}
	sum := blake2b.Sum512(input)
	return append(make([]byte, 0, blake2b.Size+8), sum[:]...)
}

// argon2dSegment fills the blocks of one lane in one slice. Each block depends
// on the one before it and on one that the password selects (section 3.4).
func argon2dSegment(blocks []argon2Block, pass, slice, l, lanes, segment int) {
	lane := argon2Slices * segment
	start := 0
	if pass == 0 && slice == 0 {
		start = 2
	}
	for i := start; i < segment; i++ {
		at := slice*segment + i
		previous := l*lane + (at+lane-1)%lane
		random := blocks[previous][0]
		from := int(random>>32) % lanes
		if pass == 0 && slice == 0 {
			from = l
		}
		count, begin := (argon2Slices-1)*segment, (slice+1)%argon2Slices*segment
		if pass == 0 {
			count, begin = slice*segment, 0
		}
		switch {
		case from == l:
			count += i - 1
		case i == 0:
			count--
		}
		x := random & 0xffffffff
		back := uint64(count)*(x*x>>32)>>32 + 1
		reference := from*lane + int((uint64(begin)+uint64(count)-back)%uint64(lane))
		argon2Mix(&blocks[l*lane+at], &blocks[previous], &blocks[reference], pass > 0)
	}
}

// argon2Mix is the compression function G (section 3.5). From the second pass
// on, the block keeps what it had by exclusive or.
func argon2Mix(out, a, b *argon2Block, again bool) {
	var r argon2Block
	for i := range r {
		r[i] = a[i] ^ b[i]
	}
	z := r
	var index [16]int
	for row := range 8 {
		for i := range index {
			index[i] = 16*row + i
		}
		argon2Permute(&z, &index)
	}
	for column := range 8 {
		for i := range index {
			index[i] = 16*(i/2) + 2*column + i%2
		}
		argon2Permute(&z, &index)
	}
	for i := range z {
		z[i] ^= r[i]
		if again {
			z[i] ^= out[i]
		}
	}
	*out = z
}

// argon2Permute is the permutation P of 16 words (section 3.6).
func argon2Permute(z *argon2Block, at *[16]int) {
	for _, q := range [8][4]int{
		{0, 4, 8, 12}, {1, 5, 9, 13}, {2, 6, 10, 14}, {3, 7, 11, 15},
		{0, 5, 10, 15}, {1, 6, 11, 12}, {2, 7, 8, 13}, {3, 4, 9, 14},
	} {
		a, b, c, d := z[at[q[0]]], z[at[q[1]]], z[at[q[2]]], z[at[q[3]]]
		a = argon2Add(a, b)
		d = bits.RotateLeft64(d^a, -32)
		c = argon2Add(c, d)
		b = bits.RotateLeft64(b^c, -24)
		a = argon2Add(a, b)
		d = bits.RotateLeft64(d^a, -16)
		c = argon2Add(c, d)
		b = bits.RotateLeft64(b^c, -63)
		z[at[q[0]]], z[at[q[1]]], z[at[q[2]]], z[at[q[3]]] = a, b, c, d
	}
}

func argon2Add(a, b uint64) uint64 { return a + b + 2*uint64(uint32(a))*uint64(uint32(b)) }

// argon2Expand is the hash H' of variable length (section 3.3).
func argon2Expand(input []byte, length int) []byte {
	input = append(binary.LittleEndian.AppendUint32(nil, uint32(length)), input...)
	var out []byte
	for {
		left := length - len(out)
		h, err := blake2b.New(min(left, blake2b.Size), nil)
		if err != nil {
			panic(err) // only the size or a key can be wrong
		}
		h.Write(input)
		input = h.Sum(nil)
		if left <= blake2b.Size {
			return append(out, input...)
		}
		out = append(out, input[:blake2b.Size/2]...)
	}
}
