package host

import (
	"reflect"
	"sync"

	"github.com/enrol-sso/enrol/kv"
)

// inUse counts the Enrols of this process that use a store.
var inUse = struct {
	sync.Mutex
	stores map[kv.Store]int
}{stores: map[kv.Store]int{}}

// use counts an Enrol that uses a store, and reports whether it is the only
// user: no other process, and no other Enrol of this one, can use the store.
func use(store kv.Store) (alone bool) {
	if !reflect.TypeOf(store).Comparable() {
		return false
	}
	inUse.Lock()
	defer inUse.Unlock()
	inUse.stores[store]++
	exclusive, ok := store.(kv.Exclusive)
	return ok && exclusive.Exclusive() && inUse.stores[store] == 1
}

// leave undoes use.
func leave(store kv.Store) {
	if !reflect.TypeOf(store).Comparable() {
		return
	}
	inUse.Lock()
	defer inUse.Unlock()
	if inUse.stores[store]--; inUse.stores[store] <= 0 {
		delete(inUse.stores, store)
	}
}
