package mail

import (
	"slices"
	"strings"
)

// textTemplate is a mail as paragraphs. Both plain text and HTML are made of it.
type textTemplate struct {
	subject []part // nil: the subject of the catalogue
	blocks  []block
}

// block is one or more paragraphs, in alternatives. The first one whose
// placeholders all have values is used; if there is none, the block is left out.
type block []alternative

type alternative struct {
	names      []string // of its placeholders
	paragraphs []paragraph
}

// paragraph is text and URLs.
type paragraph []segment

type segment struct {
	url   bool
	parts []part
}

// parseBlock parses the alternatives of a block.
func parseBlock(sources []string, allowed []string) (block, *flaw) {
	var b block
	for _, source := range sources {
		var a alternative
		for _, text := range strings.Split(source, "\n\n") {
			parts, wrong := parse(text, allowed)
			if wrong != nil {
				return nil, wrong
			}
			for _, p := range parts {
				if p.name != "" {
					a.names = append(a.names, p.name)
				}
			}
			p := segments(parts)
			if name := p.inHost(); name != "" {
				return nil, &flaw{0, notInHost(name)}
			}
			a.paragraphs = append(a.paragraphs, p)
		}
		b = append(b, a)
	}
	return b, nil
}

// names returns the placeholders of a template.
func (t *textTemplate) names() []string {
	var all []string
	for _, b := range t.blocks {
		for _, a := range b {
			all = append(all, a.names...)
		}
	}
	return all
}

// paragraphs returns the paragraphs of a mail.
func (t *textTemplate) paragraphs(v values) []paragraph {
	var chosen []paragraph
	for _, b := range t.blocks {
		for _, a := range b {
			if !slices.ContainsFunc(a.names, func(name string) bool { return v[name] == "" }) {
				chosen = append(chosen, a.paragraphs...)
				break
			}
		}
	}
	return chosen
}

// inHost returns a placeholder that could change the host of a URL, "" if there is
// none.
func (p paragraph) inHost() string {
	for _, s := range p {
		for i, part := range s.parts {
			if s.url && part.name != "" && (i > 0 || !holdsURL(part.name)) && !hasHost(s.parts[:i]) {
				return part.name
			}
		}
	}
	return ""
}

// segments finds the URLs of a paragraph: what begins with https:// or http://, or
// with a placeholder that stands for a URL, and goes on to the next space. A value
// of any other placeholder never begins a URL: users choose their names.
func segments(parts []part) paragraph {
	var s paragraph
	add := func(url bool, p part) {
		if n := len(s); n > 0 && s[n-1].url == url {
			s[n-1].parts = append(s[n-1].parts, p)
		} else {
			s = append(s, segment{url, []part{p}})
		}
	}
	in := false // a URL
	for i, p := range parts {
		if p.name != "" {
			in = in || holdsURL(p.name)
			add(in, p)
			continue
		}
		for rest := p.literal; rest != ""; {
			n := 0
			if in {
				n = endOfURL(rest, i == len(parts)-1)
			} else if n = startOfURL(rest); n < 0 {
				n = len(rest)
			}
			if n > 0 {
				add(in, part{literal: rest[:n]})
			}
			if rest = rest[n:]; rest != "" {
				in = !in
			}
		}
	}
	return s
}

// startOfURL returns where a URL begins in a literal, -1 for nowhere.
func startOfURL(literal string) int {
	at := -1
	for _, scheme := range []string{"https://", "http://"} {
		if i := strings.Index(literal, scheme); i >= 0 && (at < 0 || i < at) {
			at = i
		}
	}
	return at
}

// endOfURL returns where a URL ends in a literal. A mark at its end belongs to the
// sentence. Unless the literal is the last one, the URL may go on after it.
func endOfURL(literal string, last bool) int {
	end := strings.IndexFunc(literal, func(r rune) bool { return r <= ' ' || strings.ContainsRune("<>\"'()（）。、", r) })
	if end < 0 && !last {
		return len(literal)
	}
	if end < 0 {
		end = len(literal)
	}
	return len(strings.TrimRight(literal[:end], ".,;:!?"))
}

// textOf writes paragraphs as plain text.
func textOf(paragraphs []paragraph, v values) string {
	texts := make([]string, len(paragraphs))
	for i, p := range paragraphs {
		for _, s := range p {
			texts[i] += s.text(v)
		}
	}
	return strings.Join(texts, "\n\n") + "\n"
}

func (s *segment) text(v values) string {
	if !s.url {
		return plain(s.parts, v)
	}
	var out strings.Builder
	for _, p := range s.parts {
		out.WriteString(p.literal)
		if holdsURL(p.name) {
			out.WriteString(v[p.name])
		} else {
			out.WriteString(escapeURL(v[p.name]))
		}
	}
	return out.String()
}

// htmlOf writes paragraphs as HTML.
func htmlOf(paragraphs []paragraph, v values, labels map[string]string) string {
	texts := make([]string, len(paragraphs))
	for i, p := range paragraphs {
		texts[i] = "<p>" + p.html(v, labels) + "</p>"
	}
	return strings.Join(texts, "\n")
}

// html writes a paragraph. One that is a link alone becomes a button, and one that
// is a token alone a code.
func (p paragraph) html(v values, labels map[string]string) string {
	if len(p) == 1 && len(p[0].parts) == 1 {
		name := p[0].parts[0].name
		if label := labels[name]; label != "" {
			return `<a class="button" href="` + escapeHTML(v[name]) + `">` + escapeHTML(label) + "</a>"
		}
		if name == "token" {
			return "<code>" + escapeHTML(v[name]) + "</code>"
		}
	}
	var out strings.Builder
	for _, s := range p {
		text := escapeHTML(s.text(v))
		if s.url {
			text = `<a href="` + text + `">` + text + "</a>"
		}
		out.WriteString(strings.ReplaceAll(text, "\n", "<br>\n"))
	}
	return out.String()
}
