package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup"
)

// Host returns a signup.Host that hands every effect to do, with its request
// as JSON, and reads the answer that do returns. An answer that is not what
// ABI.md says is a fault of that effect.
func Host(do func(effect string, request []byte) (answer []byte)) signup.Host {
	return host(do)
}

type host func(effect string, request []byte) (answer []byte)

// Unpacks says that records come out of the JSON of an answer.
func (h host) Unpacks() {}

var _ signup.Unpacker = host(nil)

// refused is the error that the host itself told: the effect did not happen.
type refused string

func (r refused) Error() string { return string(r) }

// ask carries out an effect and reads its answer. An error that is not a
// refused leaves open whether the effect happened.
func ask[T any](h host, effect string, request any) (*T, error) {
	data := h(effect, encode(request))
	if !utf8.Valid(data) {
		return nil, errors.New("the host's answer is not UTF-8")
	}
	var failed *failure
	if err := json.Unmarshal(data, &failed); err != nil {
		return nil, fmt.Errorf("the host's answer is no JSON object with the right members: %w", err)
	}
	if failed == nil {
		return nil, errors.New("the host's answer is null, and no JSON object")
	}
	if failed.Error != nil {
		return nil, refused(*failed.Error)
	}
	answer := new(T)
	if err := json.Unmarshal(data, answer); err != nil {
		return nil, fmt.Errorf("the host's answer has members of wrong types: %w", err)
	}
	return answer, nil
}

// lacks is the error of an answer without what it is about.
func lacks(member string) error { return errors.New("the host's answer lacks " + member) }

func (h host) Now() (int64, error) {
	answer, err := ask[nowAnswer](h, Now, nothing{})
	if err != nil {
		return 0, err
	}
	if answer.UnixMS == nil {
		return 0, lacks("unix_ms")
	}
	return *answer.UnixMS, nil
}

func (h host) Entropy(n int) ([]byte, error) {
	answer, err := ask[entropyAnswer](h, Entropy, entropyRequest{Bytes: n})
	if err != nil {
		return nil, err
	}
	if answer.Entropy == nil {
		return nil, lacks("entropy")
	}
	return answer.Entropy, nil
}

func (h host) Get(keys []string) ([]kv.Value, error) {
	answer, err := ask[getAnswer](h, Get, getRequest{Keys: keys})
	if err != nil {
		return nil, err
	}
	if answer.Values == nil {
		return nil, lacks("values")
	}
	values := make([]kv.Value, len(answer.Values))
	for i, v := range answer.Values {
		if v == nil {
			continue
		}
		if v.Version == "" || v.Data == nil {
			return nil, fmt.Errorf("the host's value %d lacks its version or its data", i)
		}
		values[i] = kv.Value{Version: v.Version, Data: *v.Data}
	}
	return values, nil
}

func (h host) Commit(batch kv.Batch) (failed []string, err error) {
	request := commitRequest{Checks: []check{}, Puts: []change{}, Deletes: append([]string{}, batch.Deletes...)}
	for _, c := range batch.Checks {
		request.Checks = append(request.Checks, check(c))
	}
	for _, p := range batch.Puts {
		request.Puts = append(request.Puts, change(p))
	}
	answer, err := ask[commitAnswer](h, Commit, request)
	switch {
	case errors.As(err, new(refused)):
		return nil, err
	case err != nil:
		return nil, fmt.Errorf("%w: %w", kv.ErrUnknown, err)
	case answer.Unknown != nil:
		return nil, fmt.Errorf("%w: %s", kv.ErrUnknown, *answer.Unknown)
	case answer.Failed != nil && len(*answer.Failed) == 0:
		return nil, kv.ErrConflict
	case answer.Failed != nil:
		return *answer.Failed, nil
	case answer.Applied:
		return nil, nil
	}
	return nil, fmt.Errorf("%w: the host's answer does not say", kv.ErrUnknown)
}

func (h host) Scan(prefix, after string, limit int) ([]kv.Entry, error) {
	answer, err := ask[scanAnswer](h, Scan, scanRequest{Prefix: prefix, After: after, Limit: limit})
	if err != nil {
		return nil, err
	}
	if answer.Entries == nil {
		return nil, lacks("entries")
	}
	entries := make([]kv.Entry, len(answer.Entries))
	for i, e := range answer.Entries {
		if e.Key == "" || e.Version == "" || e.Data == nil {
			return nil, fmt.Errorf("the host's entry %d lacks its key, its version or its data", i)
		}
		entries[i] = kv.Entry{Key: e.Key, Value: kv.Value{Version: e.Version, Data: *e.Data}}
	}
	return entries, nil
}

func (h host) Audit(event signup.AuditEvent) error {
	_, err := ask[nothing](h, Audit, event)
	return err
}

func (h host) Call(call signup.ServiceCall) (string, error) {
	answer, err := ask[callbackAnswer](h, Callback, call)
	if err != nil {
		return "", err
	}
	if answer.Body == nil {
		return "", lacks("body")
	}
	return *answer.Body, nil
}

func (h host) DeriveKey(params signup.KDFParams, password, salt []byte) ([]byte, error) {
	answer, err := ask[kdfAnswer](h, KDF, kdfRequest{params, password, salt})
	if err != nil {
		return nil, err
	}
	switch {
	case answer.Unsupported:
		return nil, signup.ErrNoKDF
	case answer.Key == nil:
		return nil, lacks("key")
	}
	return answer.Key, nil
}

// kdfRequest is signup.KDFParams with what is to be hashed.
type kdfRequest struct {
	signup.KDFParams
	Password binary `json:"password"`
	Salt     binary `json:"salt"`
}
