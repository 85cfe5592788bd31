package host

import (
	"fmt"
	"sync"
)

// Ender is implemented by a store or an audit trail that can close itself, as
// when the disk fails and only opening it again helps. *pebble.Store and
// *AuditFile are Enders.
type Ender interface {
	// Done returns a channel that is closed after the store or trail closed itself.
	Done() <-chan struct{}

	// Err returns why, once Done is closed.
	Err() error
}

// ending records that an Enrol ended other than by Close.
type ending struct {
	once  sync.Once
	cause error
	done  chan struct{} // closed when cause is set
	over  chan struct{} // closed by Close: nothing is watched then
}

func newEnding() *ending {
	return &ending{done: make(chan struct{}), over: make(chan struct{})}
}

// Done returns a channel that is closed when this Enrol can no longer serve
// because its store or its audit trail closed itself (see Ender), for instance
// on a full disk. Every operation then answers E901002. Only opening everything
// again helps, best in a new process: close it, and exit with an error, so that
// a supervisor restarts the program.
func (e *Enrol) Done() <-chan struct{} { return e.ending.done }

// Err returns why Done is closed, or nil while it is not.
func (e *Enrol) Err() error {
	select {
	case <-e.ending.done:
		return e.ending.cause
	default:
		return nil
	}
}

// watch ends the Enrol when one of its parts does.
func (e *Enrol) watch(part any) {
	ender, ok := part.(Ender)
	if !ok {
		return
	}
	go func() {
		select {
		case <-ender.Done():
			e.end(fmt.Errorf("host: the service cannot continue: %w", ender.Err()))
		case <-e.ending.over:
		}
	}()
}

func (e *Enrol) end(cause error) {
	e.ending.once.Do(func() {
		e.ending.cause = cause
		e.options.Logger.Error("restart the service", "error", cause)
		close(e.ending.done)
	})
}
