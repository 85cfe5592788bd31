package record

import "github.com/enrol-sso/enrol/signup/strictjson"

// Document is a JSON object that is not for callers: a record, a sealed text,
// or what a service is sent.
type Document interface {
	Members(m *strictjson.Members) // visits the members in order
}

// Encode encodes a document on one line.
func Encode(d Document) []byte { return strictjson.Append(nil, d.Members) }

// Readable is a type whose documents can be read.
type Readable[T any] interface {
	*T
	Document
}

// Read parses a text that the core wrote; ok is false if it is damaged.
func Read[T any, D Readable[T]](text string) (d *T, ok bool) {
	value, err := strictjson.ParseOwn(text)
	if err != nil {
		return nil, false
	}
	d = new(T)
	return d, value.Read(D(d).Members) == nil
}
