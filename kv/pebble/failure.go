package pebble

import (
	"log/slog"
	"sync"
)

// failure ends a store other than by Close. Only the first report counts.
type failure struct {
	out      *slog.Logger
	dir      string
	happened chan struct{} // closed by the first report
	once     sync.Once
	cause    error
}

func newFailure(out *slog.Logger, dir string) *failure {
	return &failure{out: out, dir: dir, happened: make(chan struct{})}
}

// report ends the store and logs why, since the next call may come much later.
func (f *failure) report(cause error) {
	if f.first(cause) {
		f.out.Error("kv/pebble: the store closed itself", "dir", f.dir, "error", cause)
	}
}

// first ends the store, unless it has ended already.
func (f *failure) first(cause error) (first bool) {
	f.once.Do(func() {
		f.cause, first = cause, true
		close(f.happened)
	})
	return first
}

// err returns the reported error, or nil if there is none.
func (f *failure) err() error {
	select {
	case <-f.happened:
		return f.cause
	default:
		return nil
	}
}
