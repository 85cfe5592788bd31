package strictjson

import (
	"slices"
	"strconv"

	"github.com/enrol-sso/enrol/signup/internal/visible"
)

// These methods are only for requests from outside.

// Members calls visit with each member of an object, in order: its name, and
// its value in JSON.
func (v Value) Members(visit func(name, value string)) {
	for at := 1; at < len(v.nodes); {
		end := at + 1 + int(v.nodes[at+1].size)
		visit(v.nodes[at].string(v.source), v.source[v.nodes[at+1].start:v.nodes[at+1].end])
		at = end
	}
}

// Copy writes a member whose value is already JSON.
func (m *Members) Copy(name, value string) {
	m.name(name)
	m.out = append(m.out, value...)
}

// names returns the names of the members, sorted.
func (m *Members) names() []string {
	var names []string
	for at := 0; at < len(m.nodes); at += 1 + int(m.nodes[at+1].size) {
		names = append(names, m.nodes[at].string(m.source))
	}
	slices.Sort(names)
	return names
}

// Whole visits a whole number from low to high, in any notation that JSON has.
func (m *Members) Whole(name string, n *int, low, high int) {
	m.declareWhole(name, low, high)
	if !m.Reading() {
		m.Int(name, n)
		return
	}
	value, ok := m.find(name)
	if !ok {
		return
	}
	number, err := strconv.ParseFloat(value.text(), 64)
	if value.kind() == kindNumber && err == nil && float64(low) <= number && number <= float64(high) && number == float64(int(number)) {
		*n = int(number)
		return
	}
	m.Fail(name, "must be a whole number from %d to %d", low, high)
}

// StringOrStrings visits a list of strings. A single string is read as a list
// of one; one reports whether it was.
func (m *Members) StringOrStrings(name string, list *[]string) (one bool) {
	if !m.Reading() {
		m.Strings(name, list)
		return false
	}
	m.declare(name, KindOneOrMore)
	value, ok := m.find(name)
	if one = ok && value.kind() == kindString; one {
		*list = []string{value.text()}
	} else if ok {
		m.readStrings(name, value, list)
	}
	return one
}

// Each visits an object. It passes the names of its members, sorted.
func (m *Members) Each(name string, visit func(names []string, inner *Members)) {
	if m.declareEach(name, visit) {
		return
	}
	value, ok := m.find(name)
	if !ok {
		return
	}
	if value.kind() != kindObject {
		m.Fail(name, "must be an object")
		return
	}
	inner := m.inside(name, value)
	visit(inner.names(), &inner)
	m.leave(&inner)
}

// refuseOthers reports the first member that was not visited, if such members
// are refused.
func (m *Members) refuseOthers() {
	if m.taken == nil || m.fault != nil || !slices.Contains(m.taken, false) {
		return
	}
	var others []string
	index := 0
	for at := 0; at < len(m.nodes); at += 1 + int(m.nodes[at+1].size) {
		if !m.taken[index] {
			others = append(others, m.nodes[at].string(m.source))
		}
		index++
	}
	m.Fail(visible.Clip(slices.Min(others), maxName), "is not a known field")
}

// maxName is the most code points of an unknown name that the error repeats.
const maxName = 64
