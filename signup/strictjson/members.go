package strictjson

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// Members visits the members of one object in order, and writes or reads them.
// Reading leaves the variable of an absent or null member unchanged.
type Members struct {
	sketch   sketch // of the members, if they are being described
	writing  bool
	optional bool // omit the next member if it is empty

	out   []byte
	first bool // no member is written yet
	html  bool // escape <, > and &
	torn  bool // a text is not valid UTF-8
	null  bool // the object being written is null

	path   string // of the object being read, "" or "ctx."
	source string
	nodes  []node // its members
	at     int    // where the search for the next one begins
	index  int    // its number
	taken  []bool // the members visited so far, if others are refused
	fault  *Fault
	inner  *Fault // of an object among the members: reported if fault is nil
}

func reader(v Value) Members {
	m := Members{}
	if v.kind() == kindObject {
		m.source, m.nodes = v.source, v.nodes[1:]
	}
	return m
}

// Rewind makes the search for the next member begin at the first one, as if
// none was read. It does not change which are known.
func (m *Members) Rewind() { m.at, m.index = 0, 0 }

// Optional makes the next member one that is omitted if it is empty.
func (m *Members) Optional() *Members {
	m.optional = true
	return m
}

// Reading reports whether members are being read.
func (m *Members) Reading() bool { return !m.writing }

// write reports whether to write a member, and if so writes its name.
func (m *Members) write(name string, empty bool) bool {
	leaveOut := m.optional && empty
	m.optional = false
	if m.writing && !leaveOut {
		m.declaredName(name)
	}
	return m.writing && !leaveOut
}

// find returns a member. Members are usually read in the order in which they
// were written, so it looks at the next one first.
func (m *Members) find(name string) (Value, bool) {
	m.optional = false
	if m.writing || m.fault != nil {
		return Value{}, false
	}
	for range 2 {
		for at, index := m.at, m.index; at < len(m.nodes); index++ {
			end := at + 1 + int(m.nodes[at+1].size)
			if m.nodes[at].string(m.source) == name {
				m.at, m.index = end, index+1
				if m.taken != nil {
					m.taken[index] = true
				}
				value := Value{m.source, m.nodes[at+1 : end]}
				return value, value.kind() != kindNull
			}
			at = end
		}
		if m.at == 0 {
			break
		}
		m.at, m.index = 0, 0
	}
	return Value{}, false
}

// Has reports whether a member is present and not null.
func (m *Members) Has(name string) bool {
	if m.sketch.supposes(name) {
		return true
	}
	at, index, taken := m.at, m.index, m.taken
	m.taken = nil
	_, found := m.find(name)
	m.at, m.index, m.taken = at, index, taken
	return found
}

// String visits a string.
func (m *Members) String(name string, text *string) {
	m.declare(name, KindText)
	if m.write(name, *text == "") {
		m.string(*text)
	} else if value, ok := m.find(name); ok {
		m.readString(name, value, text)
	}
}

func (m *Members) readString(name string, value Value, text *string) bool {
	if value.kind() != kindString {
		m.Fail(name, "must be a string")
		return false
	}
	*text = value.text()
	return true
}

// MaybeString visits a string, or nil if there is none.
func (m *Members) MaybeString(name string, text **string) {
	m.declareMaybe(name, KindText)
	if m.Reading() && m.Has(name) {
		*text = new(string)
	}
	if *text != nil {
		m.String(name, *text)
	} else {
		m.find(name)
	}
}

// NullString visits a string. An empty one is written as null.
func (m *Members) NullString(name string, text *string) {
	if m.Reading() || *text != "" {
		m.String(name, text)
	} else if m.write(name, true) {
		m.out = append(m.out, "null"...)
	}
}

// Bytes visits bytes in base64url without padding.
func (m *Members) Bytes(name string, data *[]byte) {
	text := ""
	if m.declare(name, KindText); m.writing {
		text = base64.RawURLEncoding.EncodeToString(*data)
		m.String(name, &text)
	} else if value, ok := m.find(name); ok && m.readString(name, value, &text) {
		var err error
		if *data, err = base64.RawURLEncoding.Strict().DecodeString(text); err != nil {
			m.Fail(name, "must be base64url")
		}
	}
}

// Int visits a whole number.
func (m *Members) Int(name string, n *int) {
	wide := int64(*n)
	m.Int64(name, &wide)
	*n = int(wide)
}

// Int64 visits a whole number.
func (m *Members) Int64(name string, n *int64) {
	m.declare(name, KindNumber)
	if m.write(name, *n == 0) {
		m.number(*n)
	} else if value, ok := m.find(name); ok {
		read, err := strconv.ParseInt(value.text(), 10, 64)
		if value.kind() != kindNumber || err != nil {
			m.Fail(name, "must be a whole number")
			return
		}
		*n = read
	}
}

// Bool visits true or false.
func (m *Members) Bool(name string, is *bool) {
	m.declare(name, KindBool)
	if m.write(name, !*is) {
		m.out = strconv.AppendBool(m.out, *is)
	} else if value, ok := m.find(name); ok {
		*is = value.kind() == kindTrue
		if !*is && value.kind() != kindFalse {
			m.Fail(name, "must be true or false")
		}
	}
}

// MaybeBool visits true or false, or nil if there is neither.
func (m *Members) MaybeBool(name string, is **bool) {
	m.declareMaybe(name, KindBool)
	if m.Reading() && m.Has(name) {
		*is = new(bool)
	}
	if *is != nil {
		m.Bool(name, *is)
	} else {
		m.find(name)
	}
}

// Strings visits a list of strings.
func (m *Members) Strings(name string, list *[]string) {
	m.declare(name, KindList)
	if m.write(name, len(*list) == 0) {
		m.strings(*list)
	} else if value, ok := m.find(name); ok {
		m.readStrings(name, value, list)
	}
}

func (m *Members) readStrings(name string, value Value, list *[]string) {
	var texts []string
	all := value.kind() == kindArray
	if all {
		texts = make([]string, 0, value.nodes[0].count)
		value.elements(func(v Value) {
			if v.kind() != kindString {
				all = false
				return
			}
			texts = append(texts, v.text())
		})
	}
	if !all {
		m.Fail(name, "must be a list of strings")
		return
	}
	*list = texts
}

// Texts visits a list of strings of a named type.
func Texts[T ~string](m *Members, name string, list *[]T) {
	var texts []string
	if *list != nil {
		texts = make([]string, len(*list))
	}
	for i, text := range *list {
		texts[i] = string(text)
	}
	if m.Strings(name, &texts); m.writing || texts == nil {
		return
	}
	*list = make([]T, len(texts))
	for i, text := range texts {
		(*list)[i] = T(text)
	}
}

// Map visits an object of strings, sorted by name.
func (m *Members) Map(name string, texts *map[string]string) {
	if m.write(name, len(*texts) == 0) {
		if *texts == nil {
			m.out = append(m.out, "null"...)
			return
		}
		m.object(func(m *Members) {
			for _, name := range slices.Sorted(maps.Keys(*texts)) {
				m.name(name)
				m.string((*texts)[name])
			}
		})
		return
	}
	m.Each(name, func(names []string, inner *Members) {
		*texts = make(map[string]string, len(names))
		for _, name := range names {
			text := ""
			inner.String(name, &text)
			(*texts)[name] = text
		}
	})
}

// Object visits an object. visit gets the same Members, which stand for those of
// the object meanwhile.
func (m *Members) Object(name string, visit func(*Members)) {
	if m.declareObject(name, visit) {
		return
	}
	if m.writing {
		m.declaredName(name)
		m.object(visit)
	} else if value, ok := m.find(name); ok {
		m.readObject(name, value, visit)
	}
}

func (m *Members) readObject(name string, value Value, visit func(*Members)) {
	if value.kind() != kindObject {
		m.Fail(name, "must be an object")
		return
	}
	outer := *m
	*m = m.inside(name, value)
	visit(m)
	inner := *m
	*m = outer
	m.leave(&inner)
}

// inside returns the members of an object among the members.
func (m *Members) inside(name string, object Value) Members {
	inner := reader(object)
	inner.path = m.path + name + "."
	if m.taken != nil {
		inner.taken = make([]bool, object.nodes[0].count)
	}
	return inner
}

// leave notes what is wrong with the members of an object.
func (m *Members) leave(inner *Members) {
	inner.refuseOthers()
	if m.inner == nil {
		m.inner = cmp.Or(inner.fault, inner.inner)
	}
}

// Raw visits an object as JSON.
func (m *Members) Raw(name string, object *string) {
	m.declare(name, KindObject)
	if m.writing {
		m.declaredName(name)
		m.out = append(m.out, *object...)
	} else if value, ok := m.find(name); ok {
		if value.kind() != kindObject {
			m.Fail(name, "must be an object")
			return
		}
		*object = value.text()
	}
}

// Verbatim writes the members of an object that is already JSON.
func (m *Members) Verbatim(object string) {
	m.optional = false
	m.out, m.first = append(m.out, object[1:len(object)-1]...), false
}

// Null makes the element of a list that is being written null if is is true,
// and reports whether it did. A null element is not visited when it is read.
func (m *Members) Null(is bool) bool {
	m.null = m.writing && is
	return m.null
}

// List visits a list of objects.
func List[T any](m *Members, name string, list *[]T, visit func(*T, *Members)) {
	if m.declareList(name, func(m *Members) { visit(new(T), m) }) {
		return
	}
	if m.write(name, len(*list) == 0) {
		if *list == nil {
			m.out = append(m.out, "null"...)
			return
		}
		m.out = append(m.out, '[')
		for i := range *list {
			if i > 0 {
				m.out = append(m.out, ',')
			}
			m.object(func(m *Members) { visit(&(*list)[i], m) })
		}
		m.out = append(m.out, ']')
		return
	}
	value, ok := m.find(name)
	if !ok {
		return
	}
	if value.kind() != kindArray {
		m.Fail(name, "must be a list")
		return
	}
	items := make([]T, value.nodes[0].count)
	next := 0
	value.elements(func(v Value) {
		if v.kind() != kindNull {
			m.readObject(name, v, func(m *Members) { visit(&items[next], m) })
		}
		next++
	})
	*list = items
}

// Fail records a fault of a member. The first one ends all further reading.
func (m *Members) Fail(name, format string, args ...any) {
	m.fail(&Fault{Field: name, Message: fmt.Sprintf(format, args...)})
}

// Miss records that a required member is absent.
func (m *Members) Miss(name string) {
	m.require(name)
	m.fail(&Fault{Field: name, Message: "is required", Missing: true})
}

func (m *Members) fail(fault *Fault) {
	if m.fault == nil && !m.writing {
		fault.Field = m.path + fault.Field
		m.fault = fault
	}
}
