package ssoconf

// Kind is what the value of a key may be.
type Kind string

// The kinds of values.
const (
	Flag   Kind = "boolean" // True or False
	Number Kind = "number"  // a whole number from Min to Max
	Choice Kind = "choice"  // one of Words
	Text   Kind = "text"    // one line, which may be empty
	List   Kind = "list"    // of texts
)

// Key describes a key of the sections that this engine uses.
type Key struct {
	Section, Name string
	Kind          Kind
	Min, Max      int      // of a Number
	Words         []string // of a Choice
	Default       any      // the value in a file without the key: a bool, an int, a string or a []string
}

// Path returns the name of the key in messages, such as "password.min_length".
func (k Key) Path() string { return k.Section + "." + k.Name }

// Keys returns every key that has an effect under its own name, section by section.
// Sections inside [enrol_pages] have the keys of [enrol_pages]; [enrol_services] has
// keys of any name.
func Keys() []Key {
	var keys []Key
	for _, k := range newReader().keys {
		key := Key{Section: k.section, Name: k.name, Default: settingValue(k.value)}
		switch v := k.value.(type) {
		case flagValue:
			key.Kind = Flag
		case numberValue:
			key.Kind, key.Min, key.Max = Number, v.min, v.max
		case choiceValue:
			key.Kind, key.Words = Choice, v.words
		case textValue, headerValue, serviceValue:
			key.Kind = Text
		case textList, hostList, appList, serviceList, keywordList:
			key.Kind = List
		}
		if key.Kind != "" && k.path() != emailRequiredPath {
			keys = append(keys, key)
		}
	}
	return keys
}
