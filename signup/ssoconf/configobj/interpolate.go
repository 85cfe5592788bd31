package configobj

import (
	"slices"
	"strconv"
	"strings"
)

// Bounds of interpolation. ConfigObj has only Python's own.
const (
	maxInterpolated       = 1 << 20 // bytes by which the values of a file may grow in total
	maxInterpolationDepth = 100     // values inside values
)

// interpolate replaces every "%(name)s" in the values of a file with the value
// of the key of that name. It looks for the key in the section of the value, in
// its subsection DEFAULT, then in the section around it, and so on up to the
// file itself.
func interpolate(root *Section) []Error {
	in := &interpolator{left: maxInterpolated}
	in.fill(root, newLevel(root, nil))
	return in.errors
}

// level is a section and the values that it has before interpolation.
type level struct {
	section *Section
	around  *level // nil for the file itself
	values  []Value
	inner   []*level
	index   map[string]int // of a name in values, or in inner if negative: -1 is the first
}

func newLevel(section *Section, around *level) *level {
	l := &level{section: section, around: around, index: map[string]int{}}
	for i, entry := range section.Entries {
		l.values = append(l.values, entry.Value)
		l.index[entry.Key] = i
	}
	for i, inner := range section.Sections {
		l.inner = append(l.inner, newLevel(inner, l))
		l.index[inner.Name] = -1 - i
	}
	return l
}

// use returns the value of a key in a section, and marks the key as used.
func (l *level) use(name string) (v Value, ok bool) {
	if i, ok := l.index[name]; ok && i >= 0 {
		l.section.Entries[i].Used = true
		return l.values[i], true
	}
	return Value{}, false
}

// interpolator is the state of one interpolate.
type interpolator struct {
	left   int // of maxInterpolated
	errors []Error
}

// fill interpolates the values of a section and of its subsections.
func (in *interpolator) fill(section *Section, l *level) {
	for i := range section.Entries {
		entry := &section.Entries[i]
		items := make([]string, len(entry.Value.Items))
		for j, item := range entry.Value.Items {
			text, message := in.expand(l, l, entry.Key, item, nil)
			if message != "" {
				in.errors = append(in.errors, Error{entry.Value.Line, entry.Value.Column, message})
				break
			}
			items[j] = text
		}
		entry.Value.Items = items
	}
	for i, inner := range section.Sections {
		in.fill(inner, l.inner[i])
	}
}

// place is a value that contains the one being replaced. ConfigObj tells
// sections apart by their names alone.
type place struct {
	key, section string
	file         bool
}

// expand returns text with its names replaced, or a message. The text is that
// of a key in the section of. Names are looked up from owner, the section whose
// value is being made. way holds the values that this one becomes a part of.
func (in *interpolator) expand(owner, of *level, key, text string, way []place) (expanded, message string) {
	here := place{key, of.section.Name, of.around == nil}
	switch {
	case slices.Contains(way, here):
		return "", "the value leads back to itself through %(" + clip(key) + ")s: write the text itself"
	case len(way) == maxInterpolationDepth:
		return "", "values are nested more than " + strconv.Itoa(maxInterpolationDepth) + " deep: write the text itself"
	}
	way = append(way, here)
	var b strings.Builder
	for {
		before, name, after, found := reference(text)
		b.WriteString(before)
		if !found {
			return b.String(), ""
		}
		value, where, message := in.fetch(owner, name)
		if message == "" {
			value, message = in.expand(owner, where, name, value, way)
		}
		if message == "" {
			message = in.grow(len(value))
		}
		if message != "" {
			return "", message
		}
		b.WriteString(value)
		text = after
	}
}

// reference finds the first "%(name)s" in a text.
func reference(text string) (before, name, after string, found bool) {
	for from := 0; ; {
		open := strings.Index(text[from:], "%(")
		if open < 0 {
			return text, "", "", false
		}
		open += from
		length := strings.IndexByte(text[open:], ')')
		if length < 0 {
			return text, "", "", false
		}
		from = open + length + 1
		if strings.HasPrefix(text[from:], "s") {
			return text[:open], text[open+2 : from-1], text[from+1:], true
		}
	}
}

// fetch finds the value of a name, starting from a section, and the section
// that has it.
func (in *interpolator) fetch(l *level, name string) (text string, where *level, message string) {
	for ; l != nil; l = l.around {
		if message := in.grow(1); message != "" {
			return "", nil, message
		}
		value, ok := l.use(name)
		if i, named := l.index["DEFAULT"]; named && !ok {
			if i >= 0 {
				return "", nil, "%(" + clip(name) + ")s is looked up in DEFAULT, which is a key and not a section: rename that key"
			}
			value, ok = l.inner[-1-i].use(name)
		}
		switch {
		case ok && value.List:
			return "", nil, "%(" + clip(name) + ")s is a list, which cannot be part of a text: put quotes around it where it is set"
		case ok:
			return value.Items[0], l, ""
		}
	}
	return "", nil, "%(" + clip(name) + ")s refers to a key that does not exist: add the key, or correct its name"
}

// grow subtracts n from the bytes that values may still grow by.
func (in *interpolator) grow(n int) (message string) {
	if in.left -= n; in.left < 0 {
		return "the names in %( )s make the file grow by more than " + strconv.Itoa(maxInterpolated) + " bytes: write the text itself"
	}
	return ""
}
