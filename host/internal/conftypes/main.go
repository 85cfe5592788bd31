// Command conftypes writes the TypeScript types of a configuration, and the pages that
// list its keys as an object and as an sso.conf has them, from the table of keys in
// package ssoconf and their meanings in package advice:
//
//	go run ./host/internal/conftypes
package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/enrol-sso/enrol/host/internal/advice"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// outputs are the files that are written, from the top of the repository.
var outputs = map[string]func() string{
	"bindings/js/src/conf/keys.ts": types,
	"bindings/js/CONFIGURATION.md": page,
	"host/docs/settings.md":        reference,
}

func main() {
	for path, text := range outputs {
		if err := os.WriteFile(path, []byte(text()), 0o644); err != nil {
			fmt.Fprintln(os.Stderr, "conftypes:", err)
			os.Exit(1)
		}
	}
}

// types returns the text of the TypeScript file.
func types() string {
	var interfaces, kinds strings.Builder
	sections, keys := bySection()
	for _, section := range sections {
		interfaces.WriteString("\n/** The section `" + camel(section) + "` of a configuration. */\nexport interface " + title(section) + "Conf {\n")
		kinds.WriteString("  " + camel(section) + ": {\n")
		for _, key := range keys[section] {
			interfaces.WriteString(comment(key) + "  " + camel(key.Name) + "?: " + typeOf(key) + " | undefined;\n")
			kinds.WriteString("    " + camel(key.Name) + ": " + quote(string(key.Kind)) + ",\n")
		}
		interfaces.WriteString("}\n")
		kinds.WriteString("  },\n")
	}
	return "// The sections and keys of a configuration. Written from the tables of the core: go run ./host/internal/conftypes\n" +
		interfaces.String() + "\n/** What the value of each key may be, by section. */\nexport const KINDS = {\n" + kinds.String() + "} as const;\n"
}

// page returns the page that lists the keys.
func page() string {
	var out strings.Builder
	out.WriteString("# Configuration as an object\n\n" +
		"The keys of the option `conf`, from the same table as its types: `go run ./host/internal/conftypes` writes both. In an\n" +
		"sso.conf, names have underscores: `minLength` of `password` is `min_length` in `[password]`. Settings of mails and pages\n" +
		"that are files or folders are for Enrol's Go service. `enrolServices` has the URLs of services by their names.\n")
	sections, keys := bySection()
	for _, section := range sections {
		out.WriteString("\n## " + camel(section) + "\n\n" + intros[section] + "| key | type | default | meaning |\n|---|---|---|---|\n")
		for _, key := range keys[section] {
			kind := "`" + strings.ReplaceAll(typeOf(key), " | ", "` or `") + "`"
			switch key.Kind {
			case ssoconf.Number:
				kind = fmt.Sprintf("%d to %d", key.Min, key.Max)
			case ssoconf.List:
				kind = "`string[]`"
			}
			value := written(key.Default)
			if list, ok := key.Default.([]string); ok && len(list) > 5 {
				value = fmt.Sprintf("%d texts", len(list))
			} else {
				value = "`" + value + "`"
			}
			out.WriteString("| `" + camel(key.Name) + "` | " + kind + " | " + value + " | " + inCamel(advice.Meaning(key.Path()), key.Section) + " |\n")
		}
		out.WriteString(rows[section])
	}
	return out.String()
}

// intros are what the page has before the keys of a section, and rows what it has
// after them: members of the object that are not keys of an sso.conf. The types are
// in bindings/js/src/conf/conf.ts.
var (
	intros = map[string]string{
		"apps": "One name in place of the object, as in `apps: \"CRM\"`, is the only application: users sign up and log in there, and\n" +
			"a request that names none is for it. A signup then needs no `appList`.\n\n",
	}
	rows = map[string]string{
		"enrol_pages": "| `byApp` | an object of such objects, by application | `{}` | What differs for an application, as in `byApp: { Shop: { color: \"aa0000\" } }`; in an sso.conf, a section `[[Shop]]` in `[enrol_pages]`. |\n",
	}
)

func bySection() (sections []string, keys map[string][]ssoconf.Key) {
	keys = map[string][]ssoconf.Key{}
	for _, key := range ssoconf.Keys() {
		if keys[key.Section] == nil {
			sections = append(sections, key.Section)
		}
		keys[key.Section] = append(keys[key.Section], key)
	}
	return sections, keys
}

// comment returns the meaning, the range and the default of a key.
func comment(key ssoconf.Key) string {
	lines := []string{inCamel(advice.Meaning(key.Path()), key.Section)}
	if key.Kind == ssoconf.Number {
		lines = append(lines, fmt.Sprintf("A whole number from %d to %d.", key.Min, key.Max))
	}
	lines = append(lines, "@default "+written(key.Default))
	return "  /**\n   * " + strings.ReplaceAll(strings.Join(lines, "\n   * "), "*/", "* /") + "\n   */\n"
}

func typeOf(key ssoconf.Key) string {
	switch key.Kind {
	case ssoconf.Flag, ssoconf.Number:
		return string(key.Kind)
	case ssoconf.Choice:
		var words []string
		for _, word := range key.Words {
			words = append(words, quote(word))
		}
		return strings.Join(words, " | ")
	case ssoconf.List:
		return "readonly string[]"
	}
	return "string"
}

// written returns a default as TypeScript.
func written(value any) string {
	switch v := value.(type) {
	case string:
		return quote(v)
	case []string:
		var texts []string
		for _, text := range v {
			texts = append(texts, quote(text))
		}
		return "[" + strings.Join(texts, ", ") + "]"
	}
	return fmt.Sprint(value)
}

// inCamel returns a meaning with the names of keys as in TypeScript.
func inCamel(meaning, section string) string {
	for _, key := range ssoconf.Keys() {
		meaning = replaceWord(meaning, key.Path(), "`"+camel(key.Section)+"."+camel(key.Name)+"`")
		if strings.Contains(key.Name, "_") {
			meaning = replaceWord(meaning, key.Name, "`"+camel(key.Name)+"`")
		}
	}
	for _, names := range [][2]string{
		{"hash_secret", "`hashSecret`"}, {"enrol_services", "`enrolServices`"}, {"app_list", "`appList`"},
		{"idempotency_key", "`idempotencyKey`"}, {"is True", "is true"}, {"inform_if_…_exists", "`informIf…Exists`"},
	} {
		meaning = replaceWord(meaning, names[0], names[1])
	}
	return meaning
}

// replaceWord replaces a name where it is not a part of another one.
func replaceWord(text, old, new string) string {
	var out strings.Builder
	for {
		before, after, found := strings.Cut(text, old)
		out.WriteString(before)
		if !found {
			return out.String()
		}
		part := before != "" && isPart(before[len(before)-1]) || after != "" && isPart(after[0]) && after[0] != '.'
		if part {
			out.WriteString(old)
		} else {
			out.WriteString(new)
		}
		text = after
	}
}

func isPart(b byte) bool {
	return b == '_' || b == '.' || b == '`' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9'
}

// camel returns a name as in TypeScript: min_length is minLength.
func camel(name string) string {
	words := strings.Split(name, "_")
	for i, word := range words[1:] {
		words[i+1] = title(word)
	}
	return strings.Join(words, "")
}

func title(name string) string {
	name = camel(name)
	return strings.ToUpper(name[:1]) + name[1:]
}

func quote(text string) string { return fmt.Sprintf("%q", text) }
