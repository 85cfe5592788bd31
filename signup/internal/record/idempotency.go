package record

import (
	"github.com/enrol-sso/enrol/signup/internal/fault"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// Idempotency is idem/<hmac of an idempotency key>: the answer to a request
// with that key.
type Idempotency struct {
	V       int
	Body    string // hmac of the request
	Expires int64
	Sealed  string // a KeptAnswer
}

func (i *Idempotency) Members(m *strictjson.Members) {
	m.Int("v", &i.V)
	m.String("body", &i.Body)
	m.Int64("expires", &i.Expires)
	m.String("sealed", &i.Sealed)
}

// KeptAnswer is an answer and what the audit trail has about it.
type KeptAnswer struct {
	Answer string // a document that is already JSON
	Target string
	Codes  []fault.Code // the true ones
}

func (k *KeptAnswer) Members(m *strictjson.Members) {
	m.Raw("answer", &k.Answer)
	m.Optional().String("target", &k.Target)
	strictjson.Texts(m.Optional(), "codes", &k.Codes)
}
