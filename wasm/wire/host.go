package wire

import (
	"errors"
	"fmt"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// Host returns a signup.Host that passes every effect with its request as JSON
// to do, which may read the request until it returns, and parses the answer that
// do returns. An answer that violates ABI.md is a fault of that effect. The host
// performs one effect at a time, as one operation does.
func Host(do func(effect string, request []byte) (answer []byte)) signup.Host {
	return &host{do: do}
}

type host struct {
	do   func(effect string, request []byte) (answer []byte)
	room strictjson.Room
}

// Unpacks marks that records come out of the JSON of an answer.
func (h *host) Unpacks() {}

var _ signup.Unpacker = (*host)(nil)

// refused is an error that the host returned: the effect did not happen.
type refused struct{ failure }

func (r refused) Error() string { return r.text }

// ask performs an effect and reads its answer. After an error that is not a
// refused, it is unknown whether the effect happened.
func (h *host) ask(effect string, request, answer document) error {
	var failed failure
	fault, wrong := h.room.ReadOwn(string(h.do(effect, h.room.Append(request.members))), func(m *strictjson.Members) {
		if failed.members(m); !failed.given {
			answer.members(m)
		}
	})
	switch {
	case wrong != nil:
		return fmt.Errorf("the host's answer %w", wrong)
	case fault != nil:
		return fmt.Errorf("the host's answer has members of wrong types: %w", fault)
	case failed.given:
		return refused{failed}
	}
	return nil
}

// lacks returns the error of an answer without a required member.
func lacks(member string) error { return errors.New("the host's answer lacks " + member) }

func (h *host) Now() (int64, error) {
	var answer nowAnswer
	if err := h.ask(Now, nothing{}, &answer); err != nil {
		return 0, err
	}
	if !answer.given {
		return 0, lacks("unix_ms")
	}
	return answer.unixMS, nil
}

func (h *host) Entropy(n int) ([]byte, error) {
	var answer entropyAnswer
	if err := h.ask(Entropy, &entropyRequest{n}, &answer); err != nil {
		return nil, err
	}
	if answer.entropy == nil {
		return nil, lacks("entropy")
	}
	return answer.entropy, nil
}

func (h *host) Get(keys []string) ([]kv.Value, error) {
	var answer getAnswer
	if err := h.ask(Get, &getRequest{keys}, &answer); err != nil {
		return nil, err
	}
	if answer.values == nil {
		return nil, lacks("values")
	}
	values := make([]kv.Value, len(answer.values))
	for i, v := range answer.values {
		if v.there && (v.Version == "" || !v.given) {
			return nil, fmt.Errorf("the host's value %d lacks its version or its data", i)
		}
		values[i] = v.Value
	}
	return values, nil
}

func (h *host) Commit(batch kv.Batch) (applied bool, err error) {
	request := commitRequest{kv.Batch{ // with empty lists in place of nil
		Checks:  append([]kv.Check{}, batch.Checks...),
		Puts:    append([]kv.Put{}, batch.Puts...),
		Deletes: append([]string{}, batch.Deletes...),
	}}
	var answer commitAnswer
	err = h.ask(Commit, &request, &answer)
	switch {
	case errors.As(err, new(refused)):
		return false, err
	case err != nil:
		return false, fmt.Errorf("%w: %w", kv.ErrUnknown, err)
	case answer.unknown != nil:
		return false, fmt.Errorf("%w: %s", kv.ErrUnknown, *answer.unknown)
	case answer.applied == nil:
		return false, fmt.Errorf("%w: %w", kv.ErrUnknown, lacks("applied"))
	}
	return *answer.applied, nil
}

func (h *host) Scan(prefix, after string, limit int) ([]kv.Entry, error) {
	var answer scanAnswer
	if err := h.ask(Scan, &scanRequest{prefix, after, limit}, &answer); err != nil {
		return nil, err
	}
	if answer.entries == nil {
		return nil, lacks("entries")
	}
	entries := make([]kv.Entry, len(answer.entries))
	for i, e := range answer.entries {
		if e.Key == "" || e.Version == "" || !e.given {
			return nil, fmt.Errorf("the host's entry %d lacks its key, its version or its data", i)
		}
		entries[i] = e.Entry
	}
	return entries, nil
}

func (h *host) Audit(event signup.AuditEvent) error {
	return h.ask(Audit, &auditRequest{event}, nothing{})
}

func (h *host) Call(call signup.ServiceCall) (string, error) {
	var answer callbackAnswer
	err := h.ask(Callback, &callbackRequest{call}, &answer)
	var told refused
	if errors.As(err, &told) {
		return "", &signup.CallError{Kind: told.kind, RetryAfter: told.retryAfter, Reason: told.text}
	}
	if err != nil {
		return "", err
	}
	if !answer.given {
		return "", lacks("body")
	}
	return answer.body, nil
}

func (h *host) DeriveKey(params signup.KDFParams, password, salt []byte) ([]byte, error) {
	var answer kdfAnswer
	if err := h.ask(KDF, &kdfRequest{params, password, salt}, &answer); err != nil {
		return nil, err
	}
	switch {
	case answer.unsupported:
		return nil, signup.ErrNoKDF
	case answer.retryAfter > 0:
		return nil, &signup.BusyError{RetryAfter: answer.retryAfter}
	case answer.key == nil:
		return nil, lacks("key")
	}
	return answer.key, nil
}
