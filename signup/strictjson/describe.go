//go:build !wasip1

package strictjson

import "slices"

// While a visit is described, its members declare themselves with these methods.
// The module describes nothing: there, describe_guest.go has them.

func (s sketch) supposes(name string) bool { return slices.Contains(s.supposed, name) }

// declare declares the next member.
func (m *Members) declare(name string, kind Kind) {
	if m.sketch.of == nil {
		return
	}
	s := &Shape{Kind: kind}
	switch kind {
	case KindList, KindOneOrMore:
		s.Items = &Shape{}
	case KindTexts:
		s.Items, s.Names = &Shape{}, &Shape{}
	}
	m.sketch.of.Members = append(m.sketch.of.Members, Member{Name: name, Shape: s, Optional: m.optional})
	m.sketch.last = s
	m.optional = false
}

// declareMaybe declares a member that can be nil.
func (m *Members) declareMaybe(name string, kind Kind) {
	if m.sketch.of != nil && !m.Has(name) {
		m.Optional().declare(name, kind)
	}
}

// declareWhole declares a number within bounds.
func (m *Members) declareWhole(name string, low, high int) {
	if m.declare(name, KindNumber); m.sketch.of != nil {
		m.sketch.last.Low, m.sketch.last.High = low, high
	}
}

// declareObject declares an object with what is in it. It reports whether it did.
func (m *Members) declareObject(name string, visit func(*Members)) bool {
	if m.sketch.of == nil {
		return false
	}
	m.declare(name, KindObject)
	*m.sketch.last = *Describe(visit)
	return true
}

// declareList declares a list with what is in it. It reports whether it did.
func (m *Members) declareList(name string, visit func(*Members)) bool {
	if m.sketch.of == nil {
		return false
	}
	m.declare(name, KindList)
	m.sketch.last.Items = Describe(visit)
	return true
}

// declareEach declares an object of texts. It reports whether it did.
func (m *Members) declareEach(name string, visit func(names []string, inner *Members)) bool {
	if m.sketch.of == nil {
		return false
	}
	m.declare(name, KindTexts)
	last := m.sketch.last
	each := Describe(func(inner *Members) { visit([]string{"each"}, inner) })
	last.Items = each.Members[0].Shape
	m.sketch.last = last
	return true
}

// require declares that a request needs a member, which is not empty.
func (m *Members) require(name string) {
	if m.sketch.of == nil {
		return
	}
	if member := m.sketch.of.Find(name); member != nil && !slices.Contains(m.sketch.of.Either, name) {
		member.Required, member.Shape.Filled = true, true
	}
}

// IsEither declares that an object has exactly one of two members.
func (m *Members) IsEither(first, second string) {
	if m.sketch.of != nil {
		m.sketch.of.Either = []string{first, second}
	}
}

// IsRequired declares that an object needs the last member, as Miss does.
func (m *Members) IsRequired() {
	if m.sketch.of != nil {
		m.require(m.sketch.of.Members[len(m.sketch.of.Members)-1].Name)
	}
}

// refine changes the shapes of the texts of the last member.
func (m *Members) refine(change func(*Shape)) {
	if m.sketch.last == nil {
		return
	}
	switch last := m.sketch.last; last.Kind {
	case KindText:
		change(last)
	case KindList, KindOneOrMore:
		change(last.Items)
	case KindTexts:
		change(last.Names)
	}
}

// AtMost declares that the text of the last member has at most that many code points.
func (m *Members) AtMost(limit int) { m.refine(func(s *Shape) { s.Most = limit }) }

// EntriesAtMost declares that the last member has at most that many entries, and how
// many code points their texts, or their names in an object, have at most.
func (m *Members) EntriesAtMost(count, limit int) {
	if m.sketch.last != nil {
		m.sketch.last.Most = count
		m.AtMost(limit)
	}
}

// IsVisible declares that the texts of the last member have no controls.
func (m *Members) IsVisible() { m.refine(func(s *Shape) { s.Visible = true }) }

// IsAddress declares that the texts of the last member are IP addresses.
func (m *Members) IsAddress() { m.refine(func(s *Shape) { s.Address = true }) }

// IsTime declares that the text of the last member is a time of RFC 3339.
func (m *Members) IsTime() { m.refine(func(s *Shape) { s.Time = true }) }

// IsOneOf declares the texts that the last member can be.
func (m *Members) IsOneOf(values ...string) { m.refine(func(s *Shape) { s.Values = values }) }

// Matches declares the pattern that the whole text of the last member matches.
func (m *Members) Matches(pattern string) { m.refine(func(s *Shape) { s.Pattern = pattern }) }
