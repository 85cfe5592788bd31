//go:build wasip1

package main

import (
	"errors"
	"math"

	"github.com/enrol-sso/enrol/wasm/wire"
)

// maxWaiting is the most operations that may wait at once.
const maxWaiting = 1024

// operation is one running operation. During an export exactly one operation
// runs; the export listens until it waits or is done.
type operation struct {
	number    uint32
	cancelled bool
	answers   chan []byte // from resume
	signals   chan signal // to the export that listens
}

// signal tells the export that an operation is done, with an answer, or that it
// waits, without one.
type signal struct {
	answer []byte
}

var (
	lastNumber uint32
	waiting    = map[uint32]*operation{}
)

// start starts an operation.
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
	work(job{op, name, request})
	return op.listen()
}

// job is what a worker runs.
type job struct {
	op      *operation
	name    string
	request []byte
}

// idle are the workers that have no operation: goroutines that are kept,
// because the stack of each new one would grow, and be copied, several times.
var idle []chan job

// maxIdle is the most workers that are kept.
const maxIdle = 16

// work gives a job to an idle worker, or to a new one.
func work(first job) {
	if last := len(idle) - 1; last >= 0 {
		worker := idle[last]
		idle = idle[:last]
		worker <- first
		return
	}
	go func() {
		jobs := make(chan job, 1)
		for next := first; ; next = <-jobs {
			answer := engine.Run(next.name, wire.Host(next.op.do), next.request)
			keep := len(idle) < maxIdle
			if keep {
				idle = append(idle, jobs)
			}
			next.op.signals <- signal{answer}
			if !keep {
				return
			}
		}
	}()
}

// busy answers every effect of an operation that cannot start.
func busy(string, []byte) []byte {
	return []byte(`{"error":"too many operations are waiting in this instance: try again"}`)
}

// listen runs an operation until it waits or is done.
func (op *operation) listen() uint64 {
	signal := <-op.signals
	if signal.answer == nil {
		waiting[op.number] = op
		return uint64(op.number)
	}
	return output(signal.answer)
}

// do performs one effect on the host, and waits if the host answers later.
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
		return nil // a missing answer is a fault of the host
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
