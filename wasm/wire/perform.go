package wire

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup"
)

// maxEntropy bounds what a module can make its host draw at once, in bytes. No
// operation needs nearly as many.
const maxEntropy = 64 << 10

// Perform carries out one effect on a host and returns the answer. It always
// answers: what went wrong is in the answer.
func Perform(host signup.Host, effect string, request []byte) (answer []byte) {
	value, err := perform(host, effect, request)
	if err != nil {
		text := err.Error()
		return encode(failure{&text})
	}
	return encode(value)
}

func perform(host signup.Host, effect string, data []byte) (answer any, err error) {
	switch effect {
	case Now:
		ms, err := host.Now()
		return nowAnswer{&ms}, err
	case Entropy:
		request, err := read[entropyRequest](data)
		if err != nil {
			return nil, err
		}
		if request.Bytes < 0 || request.Bytes > maxEntropy {
			return nil, fmt.Errorf("entropy of %d bytes is asked for, the limit is %d", request.Bytes, maxEntropy)
		}
		entropy, err := host.Entropy(request.Bytes)
		return entropyAnswer{entropy}, err
	case Get:
		request, err := read[getRequest](data)
		if err != nil {
			return nil, err
		}
		values, err := host.Get(request.Keys)
		return got(values), err
	case Commit:
		request, err := read[commitRequest](data)
		if err != nil {
			return nil, err
		}
		return committed(host.Commit(request.batch()))
	case Scan:
		request, err := read[scanRequest](data)
		if err != nil {
			return nil, err
		}
		entries, err := host.Scan(request.Prefix, request.After, request.Limit)
		return scanned(entries), err
	case Audit:
		request, err := read[signup.AuditEvent](data)
		if err != nil {
			return nil, err
		}
		return nothing{}, host.Audit(*request)
	case Callback:
		request, err := read[signup.ServiceCall](data)
		if err != nil {
			return nil, err
		}
		body, err := host.Call(*request)
		return callbackAnswer{&body}, err
	case KDF:
		request, err := read[kdfRequest](data)
		if err != nil {
			return nil, err
		}
		key, err := host.DeriveKey(request.KDFParams, request.Password, request.Salt)
		if errors.Is(err, signup.ErrNoKDF) {
			return kdfAnswer{Unsupported: true}, nil
		}
		return kdfAnswer{Key: key}, err
	}
	return nil, errors.New("there is no effect " + effect)
}

func read[T any](data []byte) (*T, error) {
	var request *T
	if json.Unmarshal(data, &request) != nil || request == nil {
		return nil, errors.New("the request of the effect cannot be read")
	}
	return request, nil
}

func (r *commitRequest) batch() kv.Batch {
	batch := kv.Batch{Deletes: r.Deletes}
	for _, c := range r.Checks {
		batch.Checks = append(batch.Checks, kv.Check(c))
	}
	for _, p := range r.Puts {
		batch.Puts = append(batch.Puts, kv.Put(p))
	}
	return batch
}

func committed(failed []string, err error) (any, error) {
	switch {
	case errors.Is(err, kv.ErrUnknown):
		why := err.Error()
		return commitAnswer{Unknown: &why}, nil
	case errors.Is(err, kv.ErrConflict):
		return commitAnswer{Failed: &[]string{}}, nil
	case err != nil:
		return nil, err
	case len(failed) > 0:
		return commitAnswer{Failed: &failed}, nil
	}
	return commitAnswer{Applied: true}, nil
}

func got(values []kv.Value) getAnswer {
	answer := getAnswer{Values: make([]*value, len(values))}
	for i, v := range values {
		if v.Version != "" {
			answer.Values[i] = &value{v.Version, &v.Data}
		}
	}
	return answer
}

func scanned(entries []kv.Entry) scanAnswer {
	answer := scanAnswer{Entries: make([]entry, len(entries))}
	for i, e := range entries {
		answer.Entries[i] = entry{e.Key, e.Version, &e.Data}
	}
	return answer
}
