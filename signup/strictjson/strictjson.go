// Package strictjson reads and writes JSON objects member by member. A type
// declares its members once, in a function that visits them in order:
//
//	func (p *person) members(m *strictjson.Members) {
//		m.String("name", &p.name)
//		m.Optional().Int("age", &p.age)
//	}
//
// Append writes the members, and Value.Read and Value.ReadOnly read them. There
// is no reflection.
//
// Parse parses input from outside. It accepts one JSON object (RFC 8259) that
// every reader understands alike, in one linear pass, and limits its size and
// depth.
package strictjson

import "fmt"

// Limits of a text from outside.
const (
	MaxBytes = 64 << 10
	maxDepth = 8
)

// maxOwnDepth limits the depth of a text that the core or its host wrote.
const maxOwnDepth = 64

// Parse parses an object from outside. It must be valid UTF-8 of limited size
// and depth, without lone surrogates and NUL. After escapes are resolved, no
// object may have a name twice.
func Parse[Text string | []byte](text Text) (Value, error) {
	if len(text) > MaxBytes {
		return Value{}, fmt.Errorf("has %d bytes, the limit is %d", len(text), MaxBytes)
	}
	return parse(parser{text: string(text), depth: maxDepth})
}

// ParseOwn parses an object that the core or its host wrote. It may have up to
// 4 GiB, NUL, and names that occur twice, of which one counts. It reads a lone
// surrogate as U+FFFD, as other parsers do.
func ParseOwn(text string) (Value, error) {
	return parse(ownParser(text, nil))
}

// ownParser parses into nodes that nothing else uses.
func ownParser(text string, nodes []node) parser {
	return parser{text: text, depth: maxOwnDepth, own: true, nodes: nodes}
}

// Fault says why a member cannot be read.
type Fault struct {
	Field   string // with the names of the objects around it, as "ctx.email"
	Message string
	Missing bool // the member is required and absent
}

// Error returns the field and the message.
func (f *Fault) Error() string { return f.Field + " " + f.Message }
