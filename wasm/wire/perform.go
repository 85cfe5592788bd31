package wire

import (
	"errors"
	"fmt"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// maxEntropy is the most random bytes that a module can request at once. No
// operation needs nearly as many.
const maxEntropy = 64 << 10

// Perform performs one effect on a host and returns the answer. It always
// returns an answer: errors are in the answer.
func Perform(host signup.Host, effect string, request []byte) (answer []byte) {
	value, err := perform(host, effect, request)
	if err != nil {
		answer := failure{text: err.Error()}
		var call *signup.CallError
		if effect == Callback && errors.As(err, &call) {
			answer.kind, answer.retryAfter = call.Kind, call.RetryAfter
		}
		return encode(&answer)
	}
	return encode(value)
}

func perform(host signup.Host, effect string, data []byte) (answer document, err error) {
	switch effect {
	case Now:
		ms, err := host.Now()
		return &nowAnswer{unixMS: ms}, err
	case Entropy:
		var request entropyRequest
		if err := read(data, &request); err != nil {
			return nil, err
		}
		if request.bytes < 0 || request.bytes > maxEntropy {
			return nil, fmt.Errorf("%d bytes of entropy were requested, the limit is %d", request.bytes, maxEntropy)
		}
		entropy, err := host.Entropy(request.bytes)
		return &entropyAnswer{entropy}, err
	case Get:
		var request getRequest
		if err := read(data, &request); err != nil {
			return nil, err
		}
		values, err := host.Get(request.keys)
		return got(values), err
	case Commit:
		var request commitRequest
		if err := read(data, &request); err != nil {
			return nil, err
		}
		return ended(host.Commit(request.Batch))
	case Scan:
		var request scanRequest
		if err := read(data, &request); err != nil {
			return nil, err
		}
		entries, err := host.Scan(request.prefix, request.after, request.limit)
		return scanned(entries), err
	case Audit:
		var request auditRequest
		if err := read(data, &request); err != nil {
			return nil, err
		}
		return nothing{}, host.Audit(request.AuditEvent)
	case Callback:
		var request callbackRequest
		if err := read(data, &request); err != nil {
			return nil, err
		}
		body, err := host.Call(request.ServiceCall)
		return &callbackAnswer{body: body}, err
	case KDF:
		var request kdfRequest
		if err := read(data, &request); err != nil {
			return nil, err
		}
		key, err := host.DeriveKey(request.KDFParams, request.password, request.salt)
		if errors.Is(err, signup.ErrNoKDF) {
			return &kdfAnswer{unsupported: true}, nil
		}
		if busy, ok := errors.AsType[*signup.BusyError](err); ok {
			return &kdfAnswer{retryAfter: max(1, busy.RetryAfter)}, nil
		}
		return &kdfAnswer{key: key}, err
	}
	return nil, errors.New("unknown effect " + effect)
}

func read(data []byte, request document) error {
	value, err := strictjson.ParseOwn(string(data))
	if err != nil || value.Read(request.members) != nil {
		return errors.New("the request of the effect cannot be read")
	}
	return nil
}

// ended returns the answer of a commit. The core decides again after every
// commit that was not applied, whether a check failed or the store gave up
// because of contention, so the answer does not distinguish the two.
func ended(applied bool, err error) (document, error) {
	switch {
	case errors.Is(err, kv.ErrUnknown):
		why := err.Error()
		return &commitAnswer{unknown: &why}, nil
	case err != nil && !errors.Is(err, kv.ErrConflict):
		return nil, err
	}
	applied = applied && err == nil
	return &commitAnswer{applied: &applied}, nil
}

func got(values []kv.Value) *getAnswer {
	answer := &getAnswer{values: make([]value, len(values))}
	for i, v := range values {
		answer.values[i].Value = v
	}
	return answer
}

func scanned(entries []kv.Entry) *scanAnswer {
	answer := &scanAnswer{entries: make([]entry, len(entries))}
	for i, e := range entries {
		answer.entries[i].Entry = e
	}
	return answer
}
