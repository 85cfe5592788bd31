//go:build wasip1

// Command guest is signup.wasm: the exports and imports of ABI.md around
// signup.Engine, and nothing else.
//
// Each operation runs on its own goroutine (see operation.go), so that it can
// wait for an answer while the instance serves others. The module is
// single-threaded: the running goroutine has the instance to itself until it
// yields, so nothing here needs a lock.
package main

import (
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/wasm/wire"
)

// engine is the engine that configure created.
var engine *signup.Engine

func main() {} // a reactor's main is never called

//go:wasmexport abi_version
func abiVersion() uint32 { return wire.Major<<16 | wire.Minor }

//go:wasmexport buffer
func buffer(n uint32) uint32 { return makeRoom(n) }

//go:wasmexport configure
func configure(ptr, length uint32) uint64 {
	data, ok := input(ptr, length)
	if !ok || engine != nil {
		return refusal
	}
	var answer []byte
	engine, answer = wire.Configure(data)
	return output(answer)
}

//go:wasmexport derive
func derive(ptr, length uint32) uint64 {
	data, _ := input(ptr, length)
	if answer := wire.Derive(data); answer != nil {
		return output(answer)
	}
	return refusal
}

//go:wasmexport prepare
func prepare() uint32 {
	if engine != nil && engine.Prepare() {
		return 1
	}
	return 0
}

//go:wasmexport open
func open(ptr, length uint32) uint64 { return start("open", ptr, length) }

//go:wasmexport signup
func signUp(ptr, length uint32) uint64 { return start("signup", ptr, length) }

//go:wasmexport validate
func validate(ptr, length uint32) uint64 { return start("validate", ptr, length) }

//go:wasmexport confirm
func confirm(ptr, length uint32) uint64 { return start("confirm", ptr, length) }

//go:wasmexport get
func get(ptr, length uint32) uint64 { return start("get", ptr, length) }

//go:wasmexport dispatch
func dispatch(ptr, length uint32) uint64 { return start("dispatch", ptr, length) }

//go:wasmexport resend
func resend(ptr, length uint32) uint64 { return start("resend", ptr, length) }

//go:wasmexport verify
func verify(ptr, length uint32) uint64 { return start("verify", ptr, length) }

//go:wasmexport approve
func approve(ptr, length uint32) uint64 { return start("approve", ptr, length) }

//go:wasmexport reject
func reject(ptr, length uint32) uint64 { return start("reject", ptr, length) }

//go:wasmexport pending
func pending(ptr, length uint32) uint64 { return start("pending", ptr, length) }

//go:wasmexport purge
func purge(ptr, length uint32) uint64 { return start("purge", ptr, length) }

//go:wasmexport rekey
func rekey(ptr, length uint32) uint64 { return start("rekey", ptr, length) }

//go:wasmexport dead
func dead(ptr, length uint32) uint64 { return start("dead", ptr, length) }

//go:wasmexport retry
func retry(ptr, length uint32) uint64 { return start("retry", ptr, length) }

//go:wasmexport lock
func lock(ptr, length uint32) uint64 { return start("lock", ptr, length) }

//go:wasmexport unlock
func unlock(ptr, length uint32) uint64 { return start("unlock", ptr, length) }
