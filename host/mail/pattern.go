package mail

import (
	"fmt"
	"slices"
	"strings"
)

// part is a part of a template: a literal, or a placeholder if it has a name.
type part struct {
	literal string
	name    string
}

// flaw is what is wrong with a template, and where.
type flaw struct {
	at     int // in bytes
	reason string
}

// line returns the number of the line of a flaw.
func (f *flaw) line(source string) int { return 1 + strings.Count(source[:f.at], "\n") }

// parse splits a template into its parts. Placeholders are written as in Python's
// format strings, as the original's templates are: {name}, with {{ and }} for
// braces.
func parse(source string, allowed []string) ([]part, *flaw) {
	var parts []part
	var literal strings.Builder
	for at := 0; at < len(source); {
		switch {
		case strings.HasPrefix(source[at:], "{{"), strings.HasPrefix(source[at:], "}}"):
			literal.WriteByte(source[at])
			at += 2
		case source[at] == '}':
			return nil, &flaw{at, "there is a } without a {: write }} for a brace"}
		case source[at] == '{':
			name, wrong := placeholder(source, at, allowed)
			if wrong != nil {
				return nil, wrong
			}
			if literal.Len() > 0 {
				parts = append(parts, part{literal: literal.String()})
				literal.Reset()
			}
			parts = append(parts, part{name: name})
			at += len(name) + 2
		default:
			literal.WriteByte(source[at])
			at++
		}
	}
	if literal.Len() > 0 {
		parts = append(parts, part{literal: literal.String()})
	}
	return parts, nil
}

// placeholder reads the placeholder that begins at a brace.
func placeholder(source string, at int, allowed []string) (string, *flaw) {
	name, _, closed := strings.Cut(source[at+1:], "}")
	if !closed || len(name) > 40 || strings.ContainsAny(name, "{\n") {
		return "", &flaw{at, "there is a { without a }: write {{ for a brace"}
	}
	if !slices.Contains(allowed, name) {
		return "", &flaw{at, fmt.Sprintf("{%s} is not a placeholder of this mail: those are {%s}", name, strings.Join(allowed, "}, {"))}
	}
	return name, nil
}

// plain returns parts with their values, for a context that needs no escaping.
func plain(parts []part, v values) string {
	var out strings.Builder
	for _, p := range parts {
		out.WriteString(p.literal)
		out.WriteString(v[p.name])
	}
	return out.String()
}
