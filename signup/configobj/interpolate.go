package configobj

import (
	"slices"
	"strconv"
	"strings"
)

// Bounds of interpolation. ConfigObj has none but Python's own.
const (
	maxInterpolated       = 1 << 20 // bytes that all values of a file may grow by
	maxInterpolationDepth = 100     // values within values
)

// interpolate replaces every "%(name)s" in the values of a file by the text
// that a key of that name has: in the section of the value, in its subsection
// DEFAULT, in the section around it and so on to the file itself.
func interpolate(root *Section) []Error {
	in := &interpolator{left: maxInterpolated}
	in.fill(root, newLevel(root, nil))
	return in.errors
}

// level is a section with what its names meant before interpolation.
type level struct {
	section *Section
	around  *level // nil for the file itself
	values  []Value
	inner   []*level
	index   map[string]int // of a name in values, or in inner if it is negative: -1 is the first
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

// use finds the value of a key in a section, and notes that it is used.
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

// fill interpolates the values of a section and of those in it.
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

// place is a value on the way to the one that is being replaced. ConfigObj
// tells sections apart by their names alone.
type place struct {
	key, section string
	file         bool
}

// expand returns the text of a key in a section, with its names replaced by what
// they mean to the owner, the section whose value is made; or a message. The way
// to here are the values that this one is to be a part of.
func (in *interpolator) expand(owner, of *level, key, text string, way []place) (expanded, message string) {
	here := place{key, of.section.Name, of.around == nil}
	switch {
	case slices.Contains(way, here):
		return "", "the value leads back to itself through %(" + clip(key) + ")s: write the text itself there"
	case len(way) == maxInterpolationDepth:
		return "", "values stand within values more than " + strconv.Itoa(maxInterpolationDepth) + " deep: write the text itself"
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
			message = in.spend(len(value))
		}
		if message != "" {
			return "", message
		}
		b.WriteString(value)
		text = after
	}
}

// reference finds the first "%(name)s" of a text.
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

// fetch finds the text that a name means in a section, and the section that
// has it.
func (in *interpolator) fetch(l *level, name string) (text string, where *level, message string) {
	for ; l != nil; l = l.around {
		if message := in.spend(1); message != "" {
			return "", nil, message
		}
		value, ok := l.use(name)
		if i, named := l.index["DEFAULT"]; named && !ok {
			if i >= 0 {
				return "", nil, "%(" + clip(name) + ")s is looked for in DEFAULT, which is a key and no section: rename that key"
			}
			value, ok = l.inner[-1-i].use(name)
		}
		switch {
		case ok && value.List:
			return "", nil, "%(" + clip(name) + ")s is a list, which has no place in a text: put quotes around it where it is set"
		case ok:
			return value.Items[0], l, ""
		}
	}
	return "", nil, "%(" + clip(name) + ")s stands for the value of a key that is not there: add the key, or correct its name"
}

// spend takes off what a value grows by.
func (in *interpolator) spend(n int) (message string) {
	if in.left -= n; in.left < 0 {
		return "the names in %( )s make the file grow by more than " + strconv.Itoa(maxInterpolated) + " bytes: write the text itself"
	}
	return ""
}
