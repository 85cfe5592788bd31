package argon2

import "encoding/binary"

// block is a unit of the memory that a hash fills: 1 KiB (RFC 9106, section 3.1).
type block = [128]uint64

const blockSize = 1024 // bytes

func decode(b *block, data *[blockSize]byte) {
	for i := range b {
		b[i] = binary.LittleEndian.Uint64(data[8*i:])
	}
}

func encode(data *[blockSize]byte, b *block) {
	for i, word := range b {
		binary.LittleEndian.PutUint64(data[8*i:], word)
	}
}
