package signup

import "github.com/enrol-sso/enrol/signup/strictjson"

// document is a request or an answer that is written as a JSON object.
type document interface {
	members(m *strictjson.Members) // visits the members in order
}

// encode encodes a document on one line.
func encode(d document) []byte { return strictjson.Append(nil, d.members) }

// decode reads a document that encode wrote, or encoding/json.
func decode(data []byte, d document) error { return strictjson.ReadOwn(data, d.members) }

// finished is a document that is already JSON.
type finished string

func (f finished) members(m *strictjson.Members) { m.Verbatim(string(f)) }
