//go:build !wasip1

package strictjson

import "slices"

// Shape is what a visit declares of a value, for a description of it. What only
// the code of a visit checks is not in it.
type Shape struct {
	Kind Kind

	Most    int    // code points of a text, entries of a list or of an object of texts; 0 if unbounded
	Filled  bool   // a text or a list is not empty
	Visible bool   // a text has no controls
	Address bool   // a text has IP addresses
	Time    bool   // a text is a time of RFC 3339
	Pattern string // that a whole text matches, in the syntax that Go and JavaScript share, or ""
	Values  []string

	Low, High int // of a number, inclusive; both are 0 if it is unbounded

	Items *Shape // of a list or of an object of texts
	Names *Shape // of the entries of an object of texts

	Members []Member // of an object
	Either  []string // of these members, an object has exactly one
	Some    []string // of these members, an object has at least one
}

// Member is a member of an object.
type Member struct {
	Name     string
	Shape    *Shape
	Required bool // Miss refuses a request without it
	Optional bool // it is not written if it is empty
}

// Find returns a member, nil if there is none.
func (s *Shape) Find(name string) *Member {
	for i := range s.Members {
		if s.Members[i].Name == name {
			return &s.Members[i]
		}
	}
	return nil
}

// Remove removes members.
func (s *Shape) Remove(names ...string) {
	s.Members = slices.DeleteFunc(s.Members, func(m Member) bool { return slices.Contains(names, m.Name) })
}

// Describe returns the shape of the object whose members a function visits. The
// function visits as if it read an object with the supposed members and no other.
func Describe(visit func(*Members), supposed ...string) *Shape {
	m := Members{sketch: sketch{of: &Shape{Kind: KindObject}, supposed: supposed}}
	visit(&m)
	return m.sketch.of
}

// sketch is what a visit has declared so far.
type sketch struct {
	of       *Shape // nil if nothing is described
	last     *Shape // of the last member
	supposed []string
}
