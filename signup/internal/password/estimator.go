package password

import (
	"sync"

	"github.com/enrol-sso/enrol/signup/zxcvbn"
)

// Estimation makes an estimator once, when it is needed or before, in parts.
// The word lists take time and memory, and most operations do not rate a
// password. The zero value is ready. It is safe for concurrent use.
type Estimation struct {
	mutex     sync.Mutex
	making    *zxcvbn.Making // once it has begun, until the estimator is there
	estimator *zxcvbn.Estimator
}

// Estimator returns the estimator. The first call makes it, or does what
// Prepare has left.
func (e *Estimation) Estimator() *zxcvbn.Estimator {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	if e.estimator == nil {
		e.begin()
		e.end()
	}
	return e.estimator
}

// Prepare does a part of the work that Estimator would do, and reports whether
// some is left.
func (e *Estimation) Prepare() (more bool) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	if e.estimator != nil {
		return false
	}
	e.begin()
	if e.making.Next() {
		return true
	}
	e.end()
	return false
}

func (e *Estimation) begin() {
	if e.making == nil {
		e.making = zxcvbn.Begin()
	}
}

func (e *Estimation) end() {
	e.estimator, e.making = e.making.Estimator(), nil
}
