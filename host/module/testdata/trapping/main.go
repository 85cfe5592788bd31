// Command trapping is a module that speaks the ABI of signup.wasm and
// misbehaves on demand. The text of a request says how; each operation begins
// with one effect, kv_get, whose answer it waits for, so that others can run
// in the same instance.
package main

import (
	"strconv"
	"strings"
	"time"
	"unsafe"
)

//go:wasmimport signup_host now
func now(op uint32, ptr unsafe.Pointer, length uint32) int32

//go:wasmimport signup_host kv_get
func get(op uint32, ptr unsafe.Pointer, length uint32) int32

//go:wasmimport signup_host take
func take(ptr unsafe.Pointer, length uint32) int32

const abi = 2<<16 | 0xffff // a higher minor version only adds

var (
	input, output []byte
	last          uint32
	requests      = map[uint32]string{}
	kept          [][]byte
	seed          = map[int]bool{}
)

func main() {}

//go:wasmexport abi_version
func abiVersion() uint32 { return abi }

//go:wasmexport buffer
func buffer(n uint32) uint32 {
	if max(int(n), 1) > len(input) {
		input = make([]byte, max(int(n), 1))
	}
	return address(input)
}

//go:wasmexport configure
func configure(ptr, length uint32) uint64 {
	return answer(`{"status":"ok","notices":[],"services":[],"unicode":"15.0.0"}`)
}

//go:wasmexport signup
func signup(ptr, length uint32) uint64 {
	request := string(input[:length])
	if request == "silent" { // waits, but never said for what
		last++
		return uint64(last)
	}
	if request == "nothing" {
		return 0
	}
	if request == "outside" { // an answer that is not in memory
		return 0xffff_0000<<32 | 0xffff
	}
	last++
	requests[last] = request
	if size := get(last, unsafe.Pointer(unsafe.StringData(`{"keys":[]}`)), 11); size >= 0 {
		take(unsafe.Pointer(&make([]byte, size+1)[0]), uint32(size))
		return misbehave(last)
	}
	return uint64(last)
}

//go:wasmexport resume
func resume(number, ptr, length uint32) uint64 {
	if _, waits := requests[number]; !waits {
		return 0
	}
	return misbehave(number)
}

//go:wasmexport cancel
func cancel(number uint32) uint32 {
	delete(requests, number)
	return 1
}

// misbehave does what a request asks for.
func misbehave(number uint32) uint64 {
	request := requests[number]
	delete(requests, number)
	switch request {
	case "panic":
		panic("on purpose")
	case "unreachable":
		var nowhere []int
		go func() { println(nowhere[number]) }()
		time.Sleep(time.Nanosecond)
	case "memory":
		for {
			kept = append(kept, make([]byte, 1<<20))
		}
	case "grow":
		kept = append(kept, make([]byte, 12<<20))
	case "hang": // until the host says that it is enough
		for now(number, unsafe.Pointer(unsafe.StringData("{}")), 2) == 0 {
		}
	case "order": // in which the runtime walks a map
		return answer(order())
	case "clock":
		return answer(strconv.FormatInt(time.Now().UnixNano(), 10))
	}
	return answer(`{"cid":"` + strings.Repeat("0", 24) + `","status":"ok"}`)
}

// order is decided by the seed of the hash and the random source of the
// runtime, both drawn when the instance began.
func order() string {
	for i := range 64 {
		seed[i] = true
	}
	var text strings.Builder
	for i := range seed {
		text.WriteByte(byte(' ' + i))
	}
	return text.String()
}

func answer(text string) uint64 {
	output = []byte(text)
	return uint64(address(output))<<32 | uint64(len(output))
}

func address(data []byte) uint32 { return uint32(uintptr(unsafe.Pointer(&data[0]))) }
