package signup

// Setting is a key that an sso.conf may have, with what is in force for it.
type Setting struct {
	Section string
	Name    string

	// Value is what is in force: a bool, an int, a string or a []string. It is
	// nil for a key that has no effect here.
	Value any
	// Default is what Value is in a file without the key.
	Default any

	// Line and Column are where the file has the value, from 1 and in code
	// points as in a Notice. Both are 0 if it does not have the key.
	Line, Column int
}

// Path is how messages name the key, such as "password.min_length".
func (s Setting) Path() string { return s.Section + "." + s.Name }

// Given says whether the file has the key.
func (s Setting) Given() bool { return s.Line > 0 }

// ParseSettings reads an sso.conf as ParseConfig does, with the same error, and
// returns every key that there is, section by section. What is said by
// signup.email_required, an old name, is in force under its new one.
func ParseSettings(text string) ([]Setting, error) {
	r := readConfig(text)
	if err := r.err(); err != nil {
		return nil, err
	}
	var settings []Setting
	for i, unread := range newConfigReader().keys {
		key := r.keys[i]
		setting := Setting{Section: key.section, Name: key.name, Value: settingValue(key.value), Default: settingValue(unread.value)}
		given, ok := r.given[key.path()]
		switch key.path() {
		case emailRequiredPath:
			setting.Value, setting.Default = nil, nil
		case isEmailRequiredPath:
			if !ok {
				given, ok = r.given[emailRequiredPath]
			}
		}
		if ok {
			setting.Line, setting.Column = given.value.Line, given.value.Column
		}
		settings = append(settings, setting)
	}
	return settings, nil
}

// settingValue is what a kind of value was read into.
func settingValue(value configValue) any {
	switch v := value.(type) {
	case flagValue:
		return *v.field
	case numberValue:
		return *v.field
	case choiceValue:
		return *v.field
	case textValue:
		return *v.field
	case headerValue:
		return *v.field
	case serviceValue:
		return *v.field
	case textList:
		return *v.field
	case appList:
		return *v.field
	case serviceList:
		return *v.field
	case keywordList:
		return *v.field
	}
	return nil
}
