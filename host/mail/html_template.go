package mail

import (
	"fmt"
	"slices"
	"strings"
)

// place is where in HTML a placeholder stands.
type place int

const (
	inText      place = iota // between tags, or in the quoted value of an attribute that is text
	inURL                    // in a URL, after its host
	atURL                    // the value of an attribute that is a URL
	asItIs                   // {content} of a layout, which is HTML
	notPossible              // nothing can be escaped for it
)

// htmlTemplate is HTML with placeholders.
type htmlTemplate struct{ parts []htmlPart }

type htmlPart struct {
	part
	place place
}

func (t *htmlTemplate) render(v values) string {
	var out strings.Builder
	for _, p := range t.parts {
		out.WriteString(p.literal)
		switch value := v[p.name]; p.place {
		case asItIs:
			out.WriteString(value)
		case inURL:
			out.WriteString(escapeURL(value))
		default:
			out.WriteString(escapeHTML(value))
		}
	}
	return out.String()
}

// names returns the placeholders of a template.
func (t *htmlTemplate) names() []string {
	var all []string
	for _, p := range t.parts {
		if p.name != "" {
			all = append(all, p.name)
		}
	}
	return all
}

// Attributes that may have placeholders. Others may mean anything to a mail
// program.
var (
	textAttributes = []string{"alt", "aria-label", "dir", "lang", "title"}
	urlAttributes  = []string{"href", "src"}
)

// refused are elements whose text is not HTML, or in which other rules apply. Mail
// programs do not render them.
var refused = []string{"applet", "embed", "frame", "frameset", "iframe", "listing", "math", "noembed", "noframes", "noscript", "object",
	"plaintext", "script", "svg", "template", "xmp"}

// htmlReader reads an HTML template.
type htmlReader struct {
	source  string
	at      int
	allowed []string
	parts   []htmlPart
	literal strings.Builder
}

// parseHTML parses an HTML template and finds the context of each placeholder.
// Where the context is not certain, it reports a flaw.
func parseHTML(source string, allowed []string) (*htmlTemplate, *flaw) {
	r := &htmlReader{source: source, allowed: allowed}
	for r.at < len(source) {
		if wrong := r.next(); wrong != nil {
			return nil, wrong
		}
	}
	r.flush()
	return &htmlTemplate{r.parts}, nil
}

func (r *htmlReader) flush() {
	if r.literal.Len() > 0 {
		r.parts = append(r.parts, htmlPart{part: part{literal: r.literal.String()}})
		r.literal.Reset()
	}
}

// copyTo copies the source up to a place, as it is.
func (r *htmlReader) copyTo(end int) {
	r.literal.WriteString(r.source[r.at:end])
	r.at = end
}

// next reads a comment, a tag, or text up to the next tag.
func (r *htmlReader) next() *flaw {
	rest := r.source[r.at:]
	switch {
	case strings.HasPrefix(rest, "<!--"):
		return r.copyUntil("-->", "a comment")
	case strings.HasPrefix(rest, "<!"), strings.HasPrefix(rest, "<?"):
		return r.copyUntil(">", "a declaration")
	case len(rest) > 1 && rest[0] == '<' && (isLetter(rest[1]) || rest[1] == '/'):
		return r.tag()
	case rest[0] == '<':
		return &flaw{r.at, "there is a < that begins no tag: write &lt;"}
	}
	end := strings.IndexByte(rest, '<')
	if end < 0 {
		end = len(rest)
	}
	return r.text(r.at+end, inText, false)
}

// copyUntil copies what has no placeholders.
func (r *htmlReader) copyUntil(end, what string) *flaw {
	i := strings.Index(r.source[r.at:], end)
	if i < 0 {
		return &flaw{r.at, what + " has no end"}
	}
	r.copyTo(r.at + i + len(end))
	return nil
}

// text reads text with placeholders up to a place. The value of an attribute that
// is a URL has another context after its beginning.
func (r *htmlReader) text(end int, c place, quoted bool) *flaw {
	for start := r.at; r.at < end; {
		two := r.source[r.at:min(r.at+2, end)]
		switch b := r.source[r.at]; {
		case two == "{{" || two == "}}":
			r.literal.WriteByte(b)
			r.at += 2
		case b == '}':
			return &flaw{r.at, "there is a } without a {: write }} for a brace"}
		case b == '{':
			name, wrong := placeholder(r.source[:end], r.at, r.allowed)
			if wrong != nil {
				return wrong
			}
			at := c
			switch {
			case c == notPossible:
				return &flaw{r.at, fmt.Sprintf("{%s} must not stand here: placeholders may stand in text and in the quoted attributes %s",
					name, strings.Join(append(slices.Clone(textAttributes), urlAttributes...), ", "))}
			case name == "content" && quoted:
				return &flaw{r.at, "{content} must stand between tags"}
			case name == "content":
				at = asItIs
			case c == atURL && (r.at != start || !holdsURL(name)):
				if before, _ := parse(r.source[start:r.at], r.allowed); !hasHost(before) {
					return &flaw{r.at, notInHost(name)}
				}
				at = inURL
			}
			r.flush()
			r.parts = append(r.parts, htmlPart{part{name: name}, at})
			r.at += len(name) + 2
		default:
			r.literal.WriteByte(b)
			r.at++
		}
	}
	return nil
}

// tag reads a tag, and the text of an element whose text is not HTML.
func (r *htmlReader) tag() *flaw {
	start := r.at
	end := r.at + 1
	if r.source[end] == '/' {
		end++
	}
	opening := end == start+1
	from := end
	for end < len(r.source) && (isLetter(r.source[end]) || isDigit(r.source[end])) {
		end++
	}
	name := strings.ToLower(r.source[from:end])
	if name == "" {
		return &flaw{start, "a tag has no name"}
	}
	if slices.Contains(refused, name) {
		return &flaw{start, "<" + name + "> has no place in a mail"}
	}
	r.copyTo(end)
	for {
		r.copyTo(r.at + leadingSpace(r.source[r.at:]))
		rest := r.source[r.at:]
		switch {
		case rest == "":
			return &flaw{start, "the tag has no end"}
		case rest[0] == '>':
			r.copyTo(r.at + 1)
			if opening && name == "style" {
				return r.raw(start)
			}
			return nil
		case strings.HasPrefix(rest, "/>"):
			r.copyTo(r.at + 1)
		default:
			if wrong := r.attribute(); wrong != nil {
				return wrong
			}
		}
	}
}

// raw copies the text of a style, whose braces are its own.
func (r *htmlReader) raw(start int) *flaw {
	i := strings.Index(strings.ToLower(r.source[r.at:]), "</style")
	if i < 0 {
		return &flaw{start, "<style> has no end"}
	}
	r.copyTo(r.at + i)
	return nil
}

// attribute reads an attribute with its value, which must be quoted.
func (r *htmlReader) attribute() *flaw {
	end := r.at
	for end < len(r.source) && (isLetter(r.source[end]) || isDigit(r.source[end]) || strings.IndexByte("-_:.", r.source[end]) >= 0) {
		end++
	}
	if end == r.at {
		return &flaw{r.at, "a tag may hold only attributes, as in name=\"value\""}
	}
	name := strings.ToLower(r.source[r.at:end])
	r.copyTo(end)
	if !strings.HasPrefix(r.source[end:], "=") {
		return nil
	}
	r.copyTo(end + 1)
	rest := r.source[r.at:]
	if rest == "" || rest[0] != '"' && rest[0] != '\'' {
		return &flaw{r.at, "the value of an attribute must be in quotes, right after the ="}
	}
	length := strings.IndexByte(rest[1:], rest[0])
	if length < 0 {
		return &flaw{r.at, "the value of an attribute has no end"}
	}
	r.copyTo(r.at + 1)
	c := notPossible
	switch {
	case slices.Contains(textAttributes, name):
		c = inText
	case slices.Contains(urlAttributes, name):
		c = atURL
	}
	if c == notPossible && !strings.Contains(r.source[r.at:r.at+length], "{") {
		r.copyTo(r.at + length)
	} else if wrong := r.text(r.at+length, c, true); wrong != nil {
		return wrong
	}
	r.copyTo(r.at + 1)
	return nil
}

func leadingSpace(text string) int { return len(text) - len(strings.TrimLeft(text, " \t\r\n\f")) }

func isLetter(b byte) bool { return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' }
func isDigit(b byte) bool  { return '0' <= b && b <= '9' }
