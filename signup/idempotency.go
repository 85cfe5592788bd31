package signup

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/hex"
	"slices"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/fault"
	"github.com/enrol-sso/enrol/signup/internal/keyring"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// repeat is a request with an idempotency key. It may be a repetition, or be
// repeated later.
type repeat struct {
	op     string // the operation in the audit trail
	keys   []string
	bodies []string           // under each secret key, newest first, like keys
	found  *record.KeptAnswer // the earlier answer
	other  bool               // another request used the idempotency key
	checks []kv.Check         // that none of this changed
}

// repeatable prepares a request with an idempotency key; "" means none. The
// same key in another application or operation is another key. Only the content
// of the request counts, so that a repetition may come from another client
// address and with another cid.
func (r *run) repeatable(op, idempotencyKey string, request interface{ JSON() ([]byte, error) }) *Error {
	if idempotencyKey == "" {
		return nil
	}
	body, err := request.JSON()
	if err != nil {
		return fault.Internal("the request cannot be encoded")
	}
	r.repeat = &repeat{op: op}
	for _, k := range keyring.All(r.keys) {
		name := k.MAC("key", op, r.currentApp, idempotencyKey)
		r.repeat.keys = append(r.repeat.keys, record.IdemPrefix+name)
		r.repeat.bodies = append(r.repeat.bodies, k.MAC("body", name, string(body)))
	}
	return nil
}

// cidOf returns the correlation id of a request that has an idempotency key but
// no cid. It is the same for each repetition.
func cidOf(ks *Keys, idempotencyKey string) string {
	sum, _ := base64.RawURLEncoding.DecodeString(keyring.All(ks)[0].MAC("cid", idempotencyKey))
	return hex.EncodeToString(sum[:cidBytes])
}

// readRepeat reads what is kept for an idempotency key.
func (r *run) readRepeat(values []kv.Value) *Error {
	p := r.repeat
	p.found, p.other, p.checks = nil, false, nil
	for i, value := range values {
		p.checks = append(p.checks, kv.Check{Key: p.keys[i], Version: value.Version})
		if value.Version == "" {
			continue
		}
		stored, err := record.Decode[record.Idempotency](p.keys[i], value)
		if err != nil {
			return err
		}
		if stored.Expires <= r.now {
			continue
		}
		if !hmac.Equal([]byte(stored.Body), []byte(p.bodies[i])) {
			p.other = true
			continue
		}
		text, err := keyring.Open(r.keys, record.AnswerPlace(p.keys[i]), stored.Sealed)
		if err != nil {
			return err
		}
		kept, ok := record.Read[record.KeptAnswer](text)
		if !ok || kept.Answer == "" {
			return fault.Internal("%s: the record is damaged", p.keys[i])
		}
		p.found = kept
	}
	return nil
}

// admit reads the records that every operation needs. If the request is a
// repetition, or exceeds a rate limit, it returns the answer; otherwise nil.
func (r *run) admit() (document, *Error) {
	if err := r.loadMeta(); err != nil {
		return nil, err
	}
	switch p := r.repeat; {
	case p == nil:
		return r.countRate()
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
		return finished(p.found.Answer), r.audit(p.op, result, p.found.Target, p.found.Codes...)
	}
	return r.countRate()
}

// keep adds the answer of a request with an idempotency key to a batch.
func (r *run) keep(batch *kv.Batch, answer document, target string, codes []Code) {
	if r.repeat == nil {
		return
	}
	n := slices.Index(keyring.All(r.keys), r.writer())
	key := r.repeat.keys[n]
	encoded := string(encode(answer))
	kept := padded( // otherwise the length would reveal the codes of a void claim
		&record.KeptAnswer{Answer: encoded, Target: target, Codes: codes},
		&record.KeptAnswer{Answer: encoded, Target: decoyID, Codes: []Code{UsernameExists, EmailExists}},
	)[0]
	batch.Checks = append(batch.Checks, r.repeat.checks...)
	batch.Puts = append(batch.Puts, record.Put(key, &record.Idempotency{
		V:       record.Version,
		Body:    r.repeat.bodies[n],
		Expires: r.now + int64(r.config.Enrol.IdempotencyHours)*3_600_000,
		Sealed:  r.writer().Seal(r.seed, record.AnswerPlace(key), kept),
	}))
}

// refuse answers a request with a refusal, and keeps it if the request has an
// idempotency key.
func (r *run) refuse(op, target string, codes, told []Code) (document, *Error) {
	if err := r.audit(op, resultError, target, codes...); err != nil {
		return nil, err
	}
	return r.remember(refused(r.cid, told...), target, codes)
}

// remember keeps an answer that changes nothing else, if the request has an
// idempotency key. If a repetition was faster, both get the same answer. An
// answer that cannot be kept is not returned, because the next one might
// differ.
func (r *run) remember(answer document, target string, codes []Code) (document, *Error) {
	if r.repeat == nil {
		return answer, nil
	}
	for range maxAttempts {
		batch := kv.Batch{Checks: slices.Clone(r.meta.checks)}
		r.keep(&batch, answer, target, codes)
		outcome, err := r.commit(batch)
		if err != nil {
			return nil, err
		}
		if outcome == committed {
			return answer, nil
		}
		if other, err := r.admit(); err != nil || other != nil {
			return other, err
		}
	}
	return nil, r.givenUp()
}
