package ssoconf

import (
	"slices"
	"strconv"

	"github.com/enrol-sso/enrol/signup/ssoconf/configobj"
)

// maxConfigLength bounds an sso.conf, in bytes.
const maxConfigLength = 1 << 20

// Parse reads an sso.conf of at most 1 MiB in the syntax of package configobj.
// Keys that the text does not have get their defaults, so an empty text means
// all defaults.
//
// The notices are warnings, in the order of the file: the configuration is
// usable, but may not do what its author meant. The error, if any, is an *Error
// that lists everything that is wrong; the Config is nil then. A file with
// errors of syntax gets only those, because the rest cannot be read.
func Parse(text string) (*Config, []Notice, error) {
	r := readConfig(text)
	if err := r.err(); err != nil {
		return nil, r.warnings, err
	}
	return r.config, r.warnings, nil
}

// readConfig reads an sso.conf and sorts its notices.
func readConfig(text string) *reader {
	r := newReader()
	if file := r.parse(text); file != nil {
		r.readFile(file)
		r.checkConfig()
	}
	sortNotices(r.warnings)
	sortNotices(r.errors)
	return r
}

// err returns everything that is wrong with the file, or nil.
func (r *reader) err() error {
	if len(r.errors) == 0 {
		return nil
	}
	return &Error{Notices: r.errors}
}

// reader is the state of one Parse.
type reader struct {
	config        *Config
	emailRequired bool // signup.email_required, if it is given
	services      []namedService
	keys          []configKey // the keys of every file first, then the keys of [enrol_pages] for applications
	pages         []*configobj.Section
	given         map[string]givenKey // by path
	errors        []Notice
	warnings      []Notice
}

// givenKey is the value of a key in the file, and whether it was refused.
type givenKey struct {
	value configobj.Value
	bad   bool
}

func newReader() *reader {
	r := &reader{config: defaultConfig(), given: map[string]givenKey{}}
	r.keys = configKeys(r.config, &r.emailRequired)
	return r
}

// parse parses the syntax. It returns nil if there are errors.
func (r *reader) parse(text string) *configobj.Section {
	if len(text) > maxConfigLength {
		// The caller may have read only the beginning of a file.
		r.errors = []Notice{{Message: "the file is larger than " + strconv.Itoa(maxConfigLength) + " bytes: shorten it"}}
		return nil
	}
	file, errors := configobj.Parse(text)
	for _, err := range errors {
		r.errors = append(r.errors, Notice(err))
	}
	return file
}

// readFile reads the values, and warns of what has no effect.
func (r *reader) readFile(file *configobj.Section) {
	for _, entry := range file.Entries {
		if !entry.Used {
			r.warn(entry.Line, entry.Column, "the key "+quoteValue(entry.Key)+" is in no section and has no effect: move it below its [section]")
		}
	}
	for _, section := range file.Sections {
		if slices.Contains(otherSections(), section.Name) {
			r.readKnown(section)
			continue
		}
		if section.Name == servicesSection {
			r.readServices(section)
			continue
		}
		names := r.keyNames(section.Name)
		if len(names) == 0 {
			if hasUsed(section) {
				continue
			}
			r.warn(section.Line, section.Column, "the section "+quoteValue(section.Name)+" is not known and has no effect: "+
				correction(section.Name, r.sectionNames()))
			continue
		}
		for _, entry := range section.Entries {
			r.readEntry(section.Name, names, entry)
		}
		if section.Name == pagesSection {
			r.readAppPages(section)
			continue
		}
		for _, inner := range section.Sections {
			r.warnOfInner(section, inner)
		}
	}
}

// warnOfInner warns of a section inside another.
func (r *reader) warnOfInner(section, inner *configobj.Section) {
	if !hasUsed(inner) {
		r.warn(inner.Line, inner.Column, "the section "+quoteValue(inner.Name)+" is inside "+section.Name+" and has no effect: remove it, or one pair of its brackets")
	}
}

// hasUsed reports whether %(name)s in some value refers to a key of the
// section, as is usual for [DEFAULT].
func hasUsed(section *configobj.Section) bool {
	return slices.ContainsFunc(section.Entries, func(entry configobj.Entry) bool { return entry.Used })
}

// readKnown reads those keys of a section of the original that are in the
// table.
func (r *reader) readKnown(section *configobj.Section) {
	names := r.keyNames(section.Name)
	for _, entry := range section.Entries {
		if slices.Contains(names, entry.Key) {
			r.readEntry(section.Name, names, entry)
		}
	}
}

func (r *reader) readEntry(section string, names []string, entry configobj.Entry) {
	i := slices.IndexFunc(r.keys, func(k configKey) bool { return k.section == section && k.name == entry.Key })
	if i < 0 && entry.Used {
		return
	}
	if i < 0 {
		r.warn(entry.Line, entry.Column, section+": the key "+quoteValue(entry.Key)+" is not known and has no effect: "+correction(entry.Key, names))
		return
	}
	path := r.keys[i].path()
	problem, warning := r.keys[i].value.read(entry.Value)
	r.given[path] = givenKey{entry.Value, problem != ""}
	if problem != "" {
		r.errors = append(r.errors, Notice{entry.Value.Line, entry.Value.Column, path + ": " + problem})
	}
	if warning != "" {
		r.warn(entry.Value.Line, entry.Value.Column, path+": "+warning)
	}
}

func (r *reader) warn(line, column int, message string) {
	r.warnings = append(r.warnings, Notice{line, column, message})
}

// keyNames returns the keys of a section, none if it is not in the table.
func (r *reader) keyNames(section string) []string {
	var names []string
	for _, key := range r.keys {
		if key.section == section {
			names = append(names, key.name)
		}
	}
	return names
}

// sectionNames returns the sections of the table, once for each of their keys.
func (r *reader) sectionNames() []string {
	names := []string{servicesSection}
	for _, key := range r.keys {
		names = append(names, key.section)
	}
	return names
}
