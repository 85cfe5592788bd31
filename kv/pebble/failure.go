package pebble

import (
	"log/slog"
	"sync"
)

// failure is the one way in which a store ends other than by Close. The first
// report counts.
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

// report ends the store and logs why: it may be long before someone calls.
func (f *failure) report(cause error) {
	if f.first(cause) {
		f.out.Error("kv/pebble: the store ended itself", "dir", f.dir, "error", cause)
	}
}

// first ends the store, if nothing has before.
func (f *failure) first(cause error) (first bool) {
	f.once.Do(func() {
		f.cause, first = cause, true
		close(f.happened)
	})
	return first
}

// err is what was reported, or nil while all is well.
func (f *failure) err() error {
	select {
	case <-f.happened:
		return f.cause
	default:
		return nil
	}
}
