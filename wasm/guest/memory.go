//go:build wasip1

package main

import "unsafe"

// maxInput bounds requests and answers, in bytes.
const maxInput = 4 << 20

// The input buffer and the output buffer. They are never moved while the host
// may use them: the input only between calls to buffer, the output only from
// one call to the next.
var inputBuffer, outputBuffer []byte

// makeRoom makes the input buffer at least n bytes long and returns where it
// is, 0 if that is too much.
func makeRoom(n uint32) uint32 {
	if n > maxInput {
		return 0
	}
	if size := max(int(n), 1); size > len(inputBuffer) {
		inputBuffer = make([]byte, size)
	}
	return address(inputBuffer)
}

// input copies what the host wrote into the input buffer.
func input(ptr, length uint32) (data []byte, ok bool) {
	if len(inputBuffer) == 0 || ptr != address(inputBuffer) || int64(length) > int64(len(inputBuffer)) {
		return nil, false
	}
	return append([]byte{}, inputBuffer[:length]...), true
}

// refusal is what an export returns if there is no answer.
const refusal = 0

// output makes an answer ready for the host to copy.
func output(answer []byte) uint64 {
	outputBuffer = append(outputBuffer[:0], answer...)
	return uint64(address(outputBuffer))<<32 | uint64(len(outputBuffer))
}

func address(data []byte) uint32 {
	return uint32(uintptr(unsafe.Pointer(unsafe.SliceData(data))))
}
