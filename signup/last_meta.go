package signup

import (
	"sync"

	"github.com/enrol-sso/enrol/kv"
)

// lastMeta is what an engine decoded last of the store as a whole: every
// operation reads it, and it hardly ever changes.
type lastMeta struct {
	lock sync.Mutex
	from [2]kv.Value
	meta meta
}

// of returns the meta of two records, if they are the last ones. Its caller must
// not change what it refers to.
func (l *lastMeta) of(records [2]kv.Value) (m meta, same bool) {
	l.lock.Lock()
	defer l.lock.Unlock()
	return l.meta, l.meta.keys != nil && l.from == records
}

// keep keeps the meta of two records.
func (l *lastMeta) keep(records [2]kv.Value, m meta) {
	l.lock.Lock()
	defer l.lock.Unlock()
	l.from, l.meta = records, m
}
