package signup

import (
	"runtime"

	"github.com/enrol-sso/enrol/signup/internal/fault"
	"github.com/enrol-sso/enrol/signup/internal/password"
	"github.com/enrol-sso/enrol/signup/ssoconf"
	"github.com/enrol-sso/enrol/signup/zxcvbn"
)

// Engine runs operations. It is safe for concurrent use, if each run has its own
// Host, and immutable except for what it computes only once or can compute again.
type Engine struct {
	config    *ssoconf.Config
	keys      *Keys
	rules     rules
	estimator func() *zxcvbn.Estimator
	prepare   func() (more bool)
	decoys    *decoys
	lastMeta  *lastMeta
}

// New returns an engine. The configuration must come from ssoconf.Parse and
// must not change afterwards. The first password that needs an estimate unpacks
// the word lists of zxcvbn, which takes tens of milliseconds and 1.3 MB, unless
// Prepare has done that before.
func New(config *ssoconf.Config, keys *Keys) *Engine {
	if config == nil || keys == nil {
		panic("signup: New needs a configuration and keys")
	}
	estimation := new(password.Estimation)
	return &Engine{
		config: config, keys: keys, rules: newRules(config), estimator: estimation.Estimator, prepare: estimation.Prepare,
		decoys: newDecoys(config, keys), lastMeta: new(lastMeta),
	}
}

// Prepare does a few milliseconds of the work that the first password would
// otherwise wait for, and reports whether some is left. A host may call it
// while it has nothing else to do. It changes no answer.
func (e *Engine) Prepare() (more bool) { return e.prepare() }

// Run runs one operation. Request and answer are JSON objects. It always
// returns an answer: errors are in the answer, even a panic.
func (e *Engine) Run(operation string, host Host, request []byte) (answer []byte) {
	return e.operate(findOperation(operation), host, request)
}

func (e *Engine) operate(o operation, host Host, request []byte) (answer []byte) {
	r := &run{Engine: e, host: host}
	defer func() {
		if p := recover(); p != nil {
			answer = encode(failed(r.cid, bug(o.name, p)))
		}
	}()
	response, err := r.perform(o, request)
	if err != nil {
		return encode(failed(r.cid, err))
	}
	return encode(response)
}

func (r *run) perform(o operation, request []byte) (document, *Error) {
	entropy := 0
	if o.entropy != nil {
		entropy = o.entropy(r)
	}
	if err := r.begin(entropy); err != nil {
		r.setCID(readCID(request), "")
		return nil, err
	}
	return o.perform(r, request)
}

// bug returns an error for a panic. It quotes only panics of the runtime, which
// contain no more than an index or a type.
func bug(operation string, panicked any) *Error {
	if err, ok := panicked.(runtime.Error); ok {
		return fault.Internal("%s: a bug: %s", operation, err.Error())
	}
	return fault.Internal("%s: a bug", operation)
}
