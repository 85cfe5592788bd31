package ssoconf

// Setting is a key that an sso.conf may have, and its value.
type Setting struct {
	Section string
	Name    string

	// Value is the value in force: a bool, an int, a string or a []string. It
	// is nil for a key that has no effect here.
	Value any
	// Default is the value in a file without the key.
	Default any

	// Line and Column are the place of the value in the file, from 1 and in
	// code points as in a Notice. Both are 0 if the file does not have the key.
	Line, Column int
}

// Path returns the name of the key in messages, such as "password.min_length".
func (s Setting) Path() string { return s.Section + "." + s.Name }

// Given reports whether the file has the key.
func (s Setting) Given() bool { return s.Line > 0 }

// ParseSettings reads an sso.conf as Parse does, with the same error. It
// returns every known key, section by section, then the keys that the file has in
// sections inside [enrol_pages], and the entries of [enrol_services]. The value of signup.email_required, an old name, is
// returned under its new name.
func ParseSettings(text string) ([]Setting, error) {
	r := readConfig(text)
	if err := r.err(); err != nil {
		return nil, err
	}
	var settings []Setting
	always := newReader().keys
	for i, unread := range always {
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
	shared := settings[len(settings)-len(pageKeys("", new(Page))):]
	for i, key := range r.keys[len(always):] {
		if given, ok := r.given[key.path()]; ok {
			inherited := shared[i%len(shared)].Value
			settings = append(settings, Setting{key.section, key.name, settingValue(key.value), inherited, given.value.Line, given.value.Column})
		}
	}
	for _, s := range r.services {
		settings = append(settings, Setting{servicesSection, s.Name, s.URL, "", s.entry.Value.Line, s.entry.Value.Column})
	}
	return settings, nil
}

// settingValue returns the value that a configValue was read into.
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
	case hostList:
		return *v.field
	case serviceList:
		return *v.field
	case keywordList:
		return *v.field
	}
	return nil
}
