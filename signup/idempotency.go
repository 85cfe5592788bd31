package signup

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"slices"

	"github.com/enrol-sso/enrol/kv"
)

// idemRecord is idem/<hmac of an idempotency key>: what a request with that
// key was answered.
type idemRecord struct {
	V       int    `json:"v"`
	Body    string `json:"body"` // hmac of the request
	Expires int64  `json:"expires"`
	Sealed  string `json:"sealed"` // a keptAnswer
}

// keptAnswer is an answer with what the audit trail says of it.
type keptAnswer struct {
	Answer json.RawMessage `json:"answer"`
	Target string          `json:"target,omitempty"`
	Codes  []Code          `json:"codes,omitempty"` // the true ones
}

// repeat is a request with an idempotency key: it may be a repetition, or be
// repeated.
type repeat struct {
	op     string // of the audit trail
	keys   []string
	bodies []string    // under each secret key at hand, newest first, like keys
	found  *keptAnswer // what was answered before
	other  bool        // another request had the idempotency key
	checks []kv.Check  // that all of this is still so
}

// repeatable prepares for a request with an idempotency key, "" for none. The
// same key of another application or operation is another key. What is asked
// counts, not who asks from where, so that a repetition may come from another
// address and under another cid.
func (r *run) repeatable(op, idempotencyKey string, request interface{ JSON() ([]byte, error) }) *Error {
	if idempotencyKey == "" {
		return nil
	}
	body, err := request.JSON()
	if err != nil {
		return internal("the request cannot be encoded")
	}
	r.repeat = &repeat{op: op}
	for _, k := range r.keys.keys {
		name := k.idem("key", op, r.currentApp, idempotencyKey)
		r.repeat.keys = append(r.repeat.keys, idemPrefix+name)
		r.repeat.bodies = append(r.repeat.bodies, k.idem("body", name, string(body)))
	}
	return nil
}

// cidOf is the correlation id of requests with an idempotency key that have
// none of their own: the same for each repetition.
func (ks *Keys) cidOf(idempotencyKey string) string {
	sum, _ := base64.RawURLEncoding.DecodeString(ks.keys[0].idem("cid", idempotencyKey))
	return hex.EncodeToString(sum[:cidBytes])
}

// idem is an HMAC of texts, for one purpose.
func (k *key) idem(purpose string, texts ...string) string {
	mac := hmac.New(sha256.New, k.idemKey)
	mac.Write([]byte(purpose))
	for _, text := range texts {
		sum := sha256.Sum256([]byte(text))
		mac.Write(sum[:])
	}
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// readRepeat reads what is kept under an idempotency key.
func (r *run) readRepeat(values []kv.Value) *Error {
	p := r.repeat
	p.found, p.other, p.checks = nil, false, nil
	for i, value := range values {
		p.checks = append(p.checks, kv.Check{Key: p.keys[i], Version: value.Version})
		if value.Version == "" {
			continue
		}
		record, err := decode[idemRecord](p.keys[i], value)
		if err != nil {
			return err
		}
		if record.Expires <= r.now {
			continue
		}
		if !hmac.Equal([]byte(record.Body), []byte(p.bodies[i])) {
			p.other = true
			continue
		}
		text, err := r.keys.open(idemPlace(p.keys[i]), record.Sealed)
		if err != nil {
			return err
		}
		p.found = new(keptAnswer)
		if json.Unmarshal([]byte(text), p.found) != nil {
			return internal("%s: the record is damaged", p.keys[i])
		}
	}
	return nil
}

func idemPlace(key string) place { return place{"idem", key, "answer"} }

// admit reads what every operation needs to know of the store, and answers at
// once where the request is a repetition, or one too many. The answer is nil
// where it is neither.
func (r *run) admit() (answer any, err *Error) {
	if err := r.loadMeta(); err != nil {
		return nil, err
	}
	switch p := r.repeat; {
	case p == nil:
		return r.spend()
	case p.other:
		if err := r.audit(p.op, resultError, "", IdempotencyConflict); err != nil {
			return nil, err
		}
		return refused(r.cid, IdempotencyConflict), nil
	case p.found != nil:
		result := resultOK
		if len(p.found.Codes) > 0 {
			result = resultError
		}
		return p.found.Answer, r.audit(p.op, result, p.found.Target, p.found.Codes...)
	}
	return r.spend()
}

// keep adds to a batch that it answers a request with an idempotency key.
func (r *run) keep(batch *kv.Batch, answer any, target string, codes []Code) {
	if r.repeat == nil {
		return
	}
	n := slices.Index(r.keys.keys, r.writer())
	key := r.repeat.keys[n]
	kept := string(encode(keptAnswer{Answer: encode(answer), Target: target, Codes: codes}))
	batch.Checks = append(batch.Checks, r.repeat.checks...)
	batch.Puts = append(batch.Puts, put(key, idemRecord{
		V:       recordVersion,
		Body:    r.repeat.bodies[n],
		Expires: r.now + int64(r.config.Enrol.IdempotencyHours)*3_600_000,
		Sealed:  r.writer().sealText(r.seed, idemPlace(key), kept),
	}))
}

// refuse answers a request with a refusal, and keeps that where the request
// has an idempotency key.
func (r *run) refuse(op, target string, codes, told []Code) (any, *Error) {
	if err := r.audit(op, resultError, target, codes...); err != nil {
		return nil, err
	}
	return r.remember(refused(r.cid, told...), target, codes)
}

// remember keeps an answer that comes with no other change, if the request has
// an idempotency key. A repetition that got in between is answered the same as
// the other. An answer that cannot be kept is not given: what is told once
// stays so.
func (r *run) remember(answer any, target string, codes []Code) (any, *Error) {
	if r.repeat == nil {
		return answer, nil
	}
	for range maxAttempts {
		batch := kv.Batch{Checks: slices.Clone(r.meta.checks)}
		r.keep(&batch, answer, target, codes)
		failed, fault := r.host.Commit(batch)
		switch {
		case fault == nil && len(failed) == 0:
			return answer, nil
		case fault != nil && !isUndecided(fault):
			return nil, outside("commit", fault)
		}
		if other, err := r.admit(); err != nil || other != nil {
			return other, err
		}
	}
	return nil, tooMuchContention()
}
