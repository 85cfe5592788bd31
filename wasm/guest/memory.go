//go:build wasip1

package main

import "unsafe"

// maxInput is the most bytes of a request or an answer.
const maxInput = 4 << 20

// The input buffer and the output buffer. They do not move while the host may
// use them: the input may move only in a call to buffer, the output in any
// call.
var inputBuffer, outputBuffer []byte

// makeRoom makes the input buffer at least n bytes long and returns its
// address, or 0 if n is too large.
func makeRoom(n uint32) uint32 {
	if n > maxInput {
		return 0
	}
	if size := max(int(n), 1); size > len(inputBuffer) {
		inputBuffer = make([]byte, size)
	}
	return address(inputBuffer)
}

// input returns a copy of the input buffer.
func input(ptr, length uint32) (data []byte, ok bool) {
	if len(inputBuffer) == 0 || ptr != address(inputBuffer) || int64(length) > int64(len(inputBuffer)) {
		return nil, false
	}
	return append([]byte{}, inputBuffer[:length]...), true
}

// refusal is the result of an export without an answer.
const refusal = 0

// output prepares an answer for the host to read.
func output(answer []byte) uint64 {
	outputBuffer = append(outputBuffer[:0], answer...)
	return uint64(address(outputBuffer))<<32 | uint64(len(outputBuffer))
}

func address(data []byte) uint32 {
	return uint32(uintptr(unsafe.Pointer(unsafe.SliceData(data))))
}
