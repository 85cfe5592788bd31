package password

import (
	"sync"

	"github.com/enrol-sso/enrol/signup/zxcvbn"
)

// NewEstimator returns a function that creates an estimator on its first call
// and returns it from then on. The word lists take time and memory, and most
// operations do not rate a password.
func NewEstimator() func() *zxcvbn.Estimator { return sync.OnceValue(zxcvbn.New) }
