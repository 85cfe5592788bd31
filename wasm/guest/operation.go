//go:build wasip1

package main

import (
	"errors"
	"math"

	"github.com/enrol-sso/enrol/wasm/wire"
)

// maxWaiting bounds how many operations may wait at once.
const maxWaiting = 1024

// operation is one operation under way. While an export runs, exactly one
// operation goes on; the export listens to it until it waits or is done.
type operation struct {
	number    uint32
	cancelled bool
	answers   chan []byte // from resume
	signals   chan signal // to the export that listens
}

// signal is what an operation tells the export: it is done, with an answer, or
// it waits, without one.
type signal struct {
	answer []byte
}

var (
	lastNumber uint32
	waiting    = map[uint32]*operation{}
)

// start begins an operation.
func start(name string, ptr, length uint32) uint64 {
	request, ok := input(ptr, length)
	if !ok || engine == nil || lastNumber == math.MaxUint32 {
		return refusal
	}
	if len(waiting) >= maxWaiting {
		return output(engine.Run(name, wire.Host(busy), request))
	}
	lastNumber++
	op := &operation{number: lastNumber, answers: make(chan []byte), signals: make(chan signal)}
	go func() {
		answer := engine.Run(name, wire.Host(op.do), request)
		op.signals <- signal{answer}
	}()
	return op.listen()
}

// busy answers every effect of an operation that cannot start.
func busy(string, []byte) []byte {
	return []byte(`{"error":"too many operations wait in this instance: try again"}`)
}

// listen goes on with an operation until it waits or is done.
func (op *operation) listen() uint64 {
	signal := <-op.signals
	if signal.answer == nil {
		waiting[op.number] = op
		return uint64(op.number)
	}
	return output(signal.answer)
}

// do carries out one effect on the host, waiting for the answer if the host
// says so.
func (op *operation) do(effect string, request []byte) []byte {
	if op.cancelled {
		return cancelled
	}
	answer, err := call(effect, op.number, request)
	switch {
	case errors.Is(err, errLater):
		op.signals <- signal{}
		return <-op.answers
	case err != nil:
		return nil // no answer at all is read as a fault of the host
	}
	return answer
}

// cancelled answers every effect of an operation that was cancelled.
var cancelled = []byte(`{"error":"the operation was cancelled"}`)

//go:wasmexport resume
func resume(number, ptr, length uint32) uint64 {
	op, found := waiting[number]
	answer, ok := input(ptr, length)
	if !found || !ok {
		return refusal
	}
	delete(waiting, number)
	op.answers <- answer
	return op.listen()
}

//go:wasmexport cancel
func cancel(number uint32) uint32 {
	op, found := waiting[number]
	if !found {
		return 0
	}
	delete(waiting, number)
	op.cancelled = true
	op.answers <- cancelled
	<-op.signals
	return 1
}
