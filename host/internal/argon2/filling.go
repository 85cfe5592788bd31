package argon2

import (
	"encoding/binary"
	"sync"
)

const slices = 4 // of each lane; the lanes of a slice are filled at the same time

// filling is the memory of a hash in progress.
type filling struct {
	*Params
	memory  []block // one lane after the other
	lanes   uint32
	lane    uint32 // blocks of a lane
	segment uint32 // blocks of a lane in a slice
}

// begin computes the first two blocks of each lane.
func (f *filling) begin(first []byte) {
	var data [blockSize]byte
	for lane := range f.lanes {
		for column := range uint32(2) {
			seed := binary.LittleEndian.AppendUint32(first, column)
			expand(data[:], binary.LittleEndian.AppendUint32(seed, lane))
			decode(&f.memory[lane*f.lane+column], &data)
		}
	}
}

func (f *filling) run() {
	for pass := range f.Passes {
		for slice := range uint32(slices) {
			if f.lanes == 1 {
				f.fill(pass, slice, 0)
				continue
			}
			var all sync.WaitGroup
			for lane := range f.lanes {
				all.Go(func() { f.fill(pass, slice, lane) })
			}
			all.Wait()
		}
	}
}

// finish returns the hash H' of the exclusive or of the lanes' last blocks.
func (f *filling) finish() []byte {
	last := f.memory[f.lane-1]
	for lane := uint32(1); lane < f.lanes; lane++ {
		for i, word := range f.memory[(lane+1)*f.lane-1] {
			last[i] ^= word
		}
	}
	var data [blockSize]byte
	encode(&data, &last)
	key := make([]byte, f.Length)
	expand(key, data[:])
	return key
}

// fill computes the blocks of a segment.
func (f *filling) fill(pass, slice, lane uint32) {
	independent := f.Variant == I || pass == 0 && slice < slices/2
	addresses := addresses{input: block{uint64(pass), uint64(lane), uint64(slice), uint64(len(f.memory)), uint64(f.Passes), uint64(f.Variant)}}
	start := uint32(0)
	if pass == 0 && slice == 0 {
		start = 2
		addresses.next()
	}
	var scratch block
	at := lane*f.lane + slice*f.segment + start
	for i := start; i < f.segment; i++ {
		previous := at - 1
		if slice == 0 && i == 0 {
			previous += f.lane
		}
		random := f.memory[previous][0]
		if independent {
			if i%uint32(len(addresses.list)) == 0 {
				addresses.next()
			}
			random = addresses.list[i%uint32(len(addresses.list))]
		}
		block, prev, ref := &f.memory[at], &f.memory[previous], &f.memory[f.reference(random, pass, slice, lane, i)]
		if pass == 0 {
			fill(block, prev, ref, &scratch)
		} else {
			mix(block, prev, ref, &scratch)
		}
		at++
	}
}

// reference returns the block that a random number selects for block i of a
// segment (RFC 9106, section 3.4.2).
func (f *filling) reference(random uint64, pass, slice, lane, i uint32) uint32 {
	from := uint32(random>>32) % f.lanes
	if pass == 0 && slice == 0 {
		from = lane
	}
	// The blocks to choose from: the three segments before this one, or those that
	// exist in the first pass. They begin at this offset of the lane.
	count, begin := (slices-1)*f.segment, (slice+1)%slices*f.segment
	if pass == 0 {
		count, begin = slice*f.segment, 0
	}
	switch {
	case from == lane:
		count += i - 1 // and those of this segment, without the previous block
	case i == 0:
		count-- // without the last block of the slice before this one
	}
	x := random & 0xffffffff
	x = x * x >> 32
	back := uint64(count)*x>>32 + 1
	return from*f.lane + uint32((uint64(begin)+uint64(count)-back)%uint64(f.lane))
}

// addresses are the random numbers that do not depend on the password (RFC
// 9106, section 3.4.1.2).
type addresses struct{ input, list block }

// next computes the next list.
func (a *addresses) next() {
	const counter = 6
	var zero, scratch block
	a.input[counter]++
	fill(&a.list, &a.input, &zero, &scratch)
	fill(&a.list, &a.list, &zero, &scratch)
}
