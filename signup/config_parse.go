package signup

import (
	"slices"
	"strconv"

	"github.com/enrol-sso/enrol/signup/configobj"
)

// maxConfigLength bounds an sso.conf, in bytes.
const maxConfigLength = 1 << 20

// ParseConfig reads an sso.conf, of 1 MiB at most, in the syntax of package
// configobj. What the text does not say has its default; an empty text is all
// defaults.
//
// The notices are warnings, in the order of the file: the configuration can be
// used, but may not do what was meant. The error, if there is one, is a
// *ConfigError with everything that is wrong; there is no configuration then.
// Errors of the syntax come alone, since it takes a file that can be read to
// tell what else is wrong.
func ParseConfig(text string) (*Config, []Notice, error) {
	r := readConfig(text)
	if err := r.err(); err != nil {
		return nil, r.warnings, err
	}
	return r.config, r.warnings, nil
}

// readConfig reads an sso.conf, with its notices in the order of the file.
func readConfig(text string) *configReader {
	r := newConfigReader()
	if file := r.parse(text); file != nil {
		r.readFile(file)
		r.checkConfig()
	}
	sortNotices(r.warnings)
	sortNotices(r.errors)
	return r
}

// err returns everything that keeps the file from being used, or nil.
func (r *configReader) err() error {
	if len(r.errors) == 0 {
		return nil
	}
	return &ConfigError{Notices: r.errors}
}

// configReader is the state of one ParseConfig.
type configReader struct {
	config        *Config
	emailRequired bool // signup.email_required, if it is given
	keys          []configKey
	given         map[string]givenKey // by path
	errors        []Notice
	warnings      []Notice
}

// givenKey is where a key of the table has its value, and whether it was
// refused.
type givenKey struct {
	value configobj.Value
	bad   bool
}

func newConfigReader() *configReader {
	r := &configReader{config: defaultConfig(), given: map[string]givenKey{}}
	r.keys = configKeys(r.config, &r.emailRequired)
	return r
}

// parse reads the syntax. It returns nil if there are errors.
func (r *configReader) parse(text string) *configobj.Section {
	if len(text) > maxConfigLength {
		r.errors = []Notice{{Message: "the file has " + strconv.Itoa(len(text)) + " bytes, of at most " +
			strconv.Itoa(maxConfigLength) + ": shorten it"}}
		return nil
	}
	file, errors := configobj.Parse(text)
	for _, err := range errors {
		r.errors = append(r.errors, Notice(err))
	}
	return file
}

// readFile takes the values over, and warns of what has no effect.
func (r *configReader) readFile(file *configobj.Section) {
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
		for _, inner := range section.Sections {
			if hasUsed(inner) {
				continue
			}
			r.warn(inner.Line, inner.Column, "the section "+quoteValue(inner.Name)+" is within "+section.Name+" and has no effect: remove it, or a pair of its brackets")
		}
	}
}

// hasUsed says whether a section has texts that names in values stand for, as
// [DEFAULT] does.
func hasUsed(section *configobj.Section) bool {
	return slices.ContainsFunc(section.Entries, func(entry configobj.Entry) bool { return entry.Used })
}

// readKnown takes over what a section of the original has of the table's keys.
func (r *configReader) readKnown(section *configobj.Section) {
	names := r.keyNames(section.Name)
	for _, entry := range section.Entries {
		if slices.Contains(names, entry.Key) {
			r.readEntry(section.Name, names, entry)
		}
	}
}

func (r *configReader) readEntry(section string, names []string, entry configobj.Entry) {
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

func (r *configReader) warn(line, column int, message string) {
	r.warnings = append(r.warnings, Notice{line, column, message})
}

// keyNames lists the keys of a section, none if it is not in the table.
func (r *configReader) keyNames(section string) []string {
	var names []string
	for _, key := range r.keys {
		if key.section == section {
			names = append(names, key.name)
		}
	}
	return names
}

// sectionNames lists the sections of the table, once for each of their keys.
func (r *configReader) sectionNames() []string {
	var names []string
	for _, key := range r.keys {
		names = append(names, key.section)
	}
	return names
}
