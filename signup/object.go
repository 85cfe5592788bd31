package signup

import (
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/tidwall/gjson"
)

// object reads the members of one JSON object against an allow-list: each is
// asked for by name, and done refuses those that nobody asked for. The first
// fault is kept and ends all further reading, so a reader of a whole request
// looks at the error once, at the end.
type object struct {
	path    string // of the object itself, "" or "ctx."
	members map[string]gjson.Result
	err     *Error
}

// readObject reads a JSON object from outside; what it is called is for errors.
func readObject(what string, data []byte) *object {
	if err := checkJSON(data); err != nil {
		return &object{err: &Error{Code: InvalidInput, Message: what, Err: err}}
	}
	return newObject("", gjson.ParseBytes(data))
}

func newObject(path string, value gjson.Result) *object {
	o := &object{path: path, members: map[string]gjson.Result{}}
	value.ForEach(func(name, member gjson.Result) bool {
		o.members[name.String()] = member
		return true
	})
	return o
}

// take returns a member and removes it from those that done complains about. A
// null counts as absent.
func (o *object) take(name string) (gjson.Result, bool) {
	member, ok := o.members[name]
	delete(o.members, name)
	return member, ok && member.Type != gjson.Null && o.err == nil
}

func (o *object) fail(name, format string, args ...any) {
	if o.err == nil {
		o.err = badField(o.path+name, format, args...)
	}
}

func (o *object) miss(name string) {
	if o.err == nil {
		o.err = missingField(o.path + name)
	}
}

// text reads a string of at most limit code points, "" if it is absent.
func (o *object) text(name string, limit int) string {
	member, ok := o.take(name)
	if !ok {
		return ""
	}
	if member.Type != gjson.String {
		o.fail(name, "has to be a string")
		return ""
	}
	return o.bounded(name, member.String(), limit)
}

func (o *object) bounded(name, text string, limit int) string {
	if count := utf8.RuneCountInString(text); count > limit {
		o.fail(name, "has %d characters, the limit is %d", count, limit)
		return ""
	}
	return text
}

// integer reads a whole number from low to high, or absent where there is none.
func (o *object) integer(name string, low, high, absent int) int {
	member, ok := o.take(name)
	if !ok {
		return absent
	}
	if n := int(member.Int()); member.Type == gjson.Number && float64(n) == member.Float() && low <= n && n <= high {
		return n
	}
	o.fail(name, "has to be a whole number from %d to %d", low, high)
	return absent
}

// boolean reads true or false; given says whether it was there.
func (o *object) boolean(name string) (value, given bool) {
	member, given := o.take(name)
	if given && !member.IsBool() {
		o.fail(name, "has to be true or false")
	}
	return member.Bool(), given
}

// texts reads a list of at most count strings of at most limit code points.
func (o *object) texts(name string, count, limit int) []string {
	member, ok := o.take(name)
	if !ok {
		return nil
	}
	return o.list(name, member, count, limit)
}

// textOrTexts reads a string, or a list of strings.
func (o *object) textOrTexts(name string, count, limit int) []string {
	member, ok := o.take(name)
	if !ok {
		return nil
	}
	if member.Type == gjson.String {
		return []string{o.bounded(name, member.String(), limit)}
	}
	return o.list(name, member, count, limit)
}

func (o *object) list(name string, member gjson.Result, count, limit int) []string {
	if !member.IsArray() {
		o.fail(name, "has to be a list of strings")
		return nil
	}
	elements := member.Array()
	if len(elements) > count {
		o.fail(name, "has %d entries, the limit is %d", len(elements), count)
		return nil
	}
	texts := make([]string, 0, len(elements))
	for _, element := range elements {
		if element.Type != gjson.String {
			o.fail(name, "has to be a list of strings")
			return nil
		}
		texts = append(texts, o.bounded(name, element.String(), limit))
	}
	return texts
}

// object reads a member that is an object itself; absent, it is empty.
func (o *object) object(name string) (inner *object, given bool) {
	member, given := o.take(name)
	if given && !member.IsObject() {
		o.fail(name, "has to be an object")
	}
	inner = newObject(o.path+name+".", member)
	inner.err = o.err
	return inner, given
}

// done returns the first fault; a member that nobody asked for is one too.
func (o *object) done() *Error {
	if o.err == nil && len(o.members) > 0 {
		o.fail(clip(o.names()[0], 64), "is not a known field")
	}
	return o.err
}

// names returns the names of the members that were not taken, sorted.
func (o *object) names() []string {
	return slices.Sorted(maps.Keys(o.members))
}

// clip shortens text that an error repeats to limit code points.
func clip(text string, limit int) string {
	count := 0
	for i := range text {
		if count == limit {
			return text[:i] + "…"
		}
		count++
	}
	return text
}
