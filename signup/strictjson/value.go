package strictjson

import "cmp"

// node is one value of a parsed text, or the name of a member. Nodes are in the
// order of the text: an array is followed by its elements, an object by its
// members, each a name and a value. Nodes are small because a text may have one
// for every second byte.
type node struct {
	start, end uint32 // in the text
	size       uint32 // number of nodes, including the nodes of the values in it
	count      uint32 // elements or members; of a string, 1 if it has escapes
}

// Value is a parsed value.
type Value struct {
	source string
	nodes  []node // its own and the nodes of the values in it
}

type kind byte

// Kinds of values, by their first character. A number begins with any other.
const (
	kindNull   kind = 'n'
	kindFalse  kind = 'f'
	kindTrue   kind = 't'
	kindString kind = '"'
	kindArray  kind = '['
	kindObject kind = '{'
	kindNumber kind = '0'
)

func (v Value) kind() kind {
	if len(v.nodes) == 0 {
		return kindNull
	}
	switch k := kind(v.source[v.nodes[0].start]); k {
	case kindNull, kindFalse, kindTrue, kindString, kindArray, kindObject:
		return k
	}
	return kindNumber
}

// text returns the text of a string with its escapes resolved, and other values
// as they are written.
func (v Value) text() string {
	if v.kind() == kindString {
		return v.nodes[0].string(v.source)
	}
	return v.source[v.nodes[0].start:v.nodes[0].end]
}

// string returns the text of a string.
func (n node) string(source string) string {
	text := source[n.start+1 : n.end-1]
	if n.count == 0 {
		return text
	}
	return unescape(text)
}

// elements calls visit with each element of an array.
func (v Value) elements(visit func(Value)) {
	for rest := v.nodes[1:]; len(rest) > 0; rest = rest[rest[0].size:] {
		visit(Value{v.source, rest[:rest[0].size]})
	}
}

// Read reads the visited members of an object and returns the first fault. It
// ignores members that are not visited.
func (v Value) Read(visit func(*Members)) *Fault {
	m := reader(v)
	visit(&m)
	return cmp.Or(m.fault, m.inner)
}

// ReadOwn reads the visited members of an object that the core or its host
// wrote, as ParseOwn and Read do. It ignores a null.
func ReadOwn(object []byte, visit func(*Members)) error {
	if string(object) == "null" {
		return nil
	}
	value, err := ParseOwn(string(object))
	if err != nil {
		return err
	}
	if fault := value.Read(visit); fault != nil {
		return fault
	}
	return nil
}

// ReadOnly does the same as Read, and refuses members that are not visited.
func (v Value) ReadOnly(visit func(*Members)) *Fault {
	m := reader(v)
	m.taken = make([]bool, v.nodes[0].count)
	visit(&m)
	m.refuseOthers()
	return cmp.Or(m.fault, m.inner)
}
