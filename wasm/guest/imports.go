//go:build wasip1

package main

import (
	"errors"
	"unsafe"

	"github.com/enrol-sso/enrol/wasm/wire"
)

//go:wasmimport signup_host now
func hostNow(op uint32, ptr unsafe.Pointer, length uint32) int32

//go:wasmimport signup_host entropy
func hostEntropy(op uint32, ptr unsafe.Pointer, length uint32) int32

//go:wasmimport signup_host kv_get
func hostGet(op uint32, ptr unsafe.Pointer, length uint32) int32

//go:wasmimport signup_host kv_commit
func hostCommit(op uint32, ptr unsafe.Pointer, length uint32) int32

//go:wasmimport signup_host kv_scan
func hostScan(op uint32, ptr unsafe.Pointer, length uint32) int32

//go:wasmimport signup_host audit
func hostAudit(op uint32, ptr unsafe.Pointer, length uint32) int32

//go:wasmimport signup_host callback
func hostCallback(op uint32, ptr unsafe.Pointer, length uint32) int32

//go:wasmimport signup_host kdf
func hostKDF(op uint32, ptr unsafe.Pointer, length uint32) int32

//go:wasmimport signup_host take
func hostTake(ptr unsafe.Pointer, length uint32) int32

// later is the result of an import whose answer comes with resume.
const later = -1

var (
	errLater = errors.New("the answer comes later")
	errABI   = errors.New("the host violated the ABI")
)

// call calls the import of an effect and takes the answer if it is ready.
func call(effect string, op uint32, request []byte) ([]byte, error) {
	size := invoke(effect, op, unsafe.Pointer(unsafe.SliceData(request)), uint32(len(request)))
	switch {
	case size == later:
		return nil, errLater
	case size < 0 || size > maxInput:
		return nil, errABI
	}
	answer := make([]byte, size)
	if hostTake(unsafe.Pointer(unsafe.SliceData(answer)), uint32(size)) != size {
		return nil, errABI
	}
	return answer, nil
}

func invoke(effect string, op uint32, ptr unsafe.Pointer, length uint32) int32 {
	switch effect {
	case wire.Now:
		return hostNow(op, ptr, length)
	case wire.Entropy:
		return hostEntropy(op, ptr, length)
	case wire.Get:
		return hostGet(op, ptr, length)
	case wire.Commit:
		return hostCommit(op, ptr, length)
	case wire.Scan:
		return hostScan(op, ptr, length)
	case wire.Audit:
		return hostAudit(op, ptr, length)
	case wire.Callback:
		return hostCallback(op, ptr, length)
	case wire.KDF:
		return hostKDF(op, ptr, length)
	}
	panic("guest: no import for effect " + effect)
}
