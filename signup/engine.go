package signup

import (
	"runtime"

	"github.com/enrol-sso/enrol/signup/zxcvbn"
)

// Engine decides. It is immutable and safe for concurrent use, each run with a
// Host of its own.
type Engine struct {
	config    *Config
	keys      *Keys
	rules     rules
	estimator func() *zxcvbn.Estimator
}

// New returns an engine. The configuration, which comes from ParseConfig, must
// not change afterwards. Where passwords are judged it unpacks the word lists of
// zxcvbn, which takes some tens of milliseconds and 1.3 MB.
func New(config *Config, keys *Keys) *Engine {
	if config == nil || keys == nil {
		panic("signup: New needs a configuration and keys")
	}
	return &Engine{config: config, keys: keys, rules: newRules(config), estimator: newEstimator()}
}

// Operations lists the operations that Run knows.
func Operations() []string {
	return []string{
		"open", "signup", "validate", "confirm", "get", "dispatch",
		"resend", "verify", "approve", "reject", "pending", "purge", "rekey", "dead", "retry",
		"lock", "unlock",
	}
}

// Run runs one operation: request and answer are JSON objects. It always
// answers; what went wrong is in the answer, even a panic.
func (e *Engine) Run(operation string, host Host, request []byte) (answer []byte) {
	r := &run{Engine: e, host: host}
	defer func() {
		if p := recover(); p != nil {
			answer = encode(failed(r.cid, bug(operation, p)))
		}
	}()
	response, err := r.perform(operation, request)
	if err != nil {
		return encode(failed(r.cid, err))
	}
	return encode(response)
}

func (r *run) perform(operation string, request []byte) (any, *Error) {
	entropy := 0
	switch operation {
	case "signup":
		entropy = r.claimEntropy()
	case "resend":
		entropy = tokenBytes
	case "verify":
		entropy = r.config.saltBytes()
	}
	if err := r.begin(entropy); err != nil {
		r.adopt(readObject("the request", request).cid(), "")
		return nil, err
	}
	switch operation {
	case "open":
		return r.open(request)
	case "signup":
		return r.signup(request)
	case "validate":
		return r.validate(request)
	case "confirm":
		return r.confirm(request)
	case "get":
		return r.getUser(request)
	case "dispatch":
		return r.dispatch(request)
	case "resend":
		return r.resend(request)
	case "verify":
		return r.verify(request)
	case "approve":
		return r.approve(request)
	case "reject":
		return r.reject(request)
	case "pending":
		return r.pending(request)
	case "purge":
		return r.purge(request)
	case "rekey":
		return r.rekey(request)
	case "dead":
		return r.dead(request)
	case "retry":
		return r.retry(request)
	case "lock":
		return r.lock(request)
	case "unlock":
		return r.unlock(request)
	}
	return nil, &Error{Code: InvalidOperation, Message: "there is no operation " + clip(operation, 32)}
}

// bug describes a panic. Only the runtime's own are quoted: they never hold
// more than an index or a type.
func bug(operation string, panicked any) *Error {
	if err, ok := panicked.(runtime.Error); ok {
		return internal("%s: a bug: %s", operation, err.Error())
	}
	return internal("%s: a bug", operation)
}
