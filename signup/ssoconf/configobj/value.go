package configobj

import "strings"

// value parses the value that begins at an offset. If a value in triple quotes
// ends on a later line, that line becomes the current one.
func (p *parser) value(line string, at int) (Value, bool) {
	v := Value{Line: p.row + 1, Column: column(line, at)}
	rest := line[at:]
	if strings.HasPrefix(rest, `"""`) || strings.HasPrefix(rest, `'''`) {
		text, ok := p.triple(line, at)
		v.Items = []string{text}
		return v, ok
	}
	var ok bool
	if v.Items, v.List, ok = split(rest); !ok {
		p.failValue(line, at)
	}
	return v, ok
}

// ended reports whether the line has only a comment, or nothing, from an offset
// on.
func ended(line string, at int) bool {
	next := peek(line, at)
	return next == lineEnd || next == '#'
}

// failValue records what is wrong with the value that begins at an offset. It
// reads the entries as their author probably meant them.
func (p *parser) failValue(line string, at int) {
	if line[at] == ',' {
		p.fail(line, at, "a list cannot begin with a comma: remove it, or write \"\" before it for an empty entry")
		return
	}
	for start := at; !ended(line, at); at = skipSpace(line, at+1) {
		switch quote := line[at]; {
		case quote == ',':
			p.fail(line, at, "an entry is missing between two commas: remove one of them, or write \"\" for an empty entry")
			return
		case isQuote(quote):
			_, next, ok := closing(line, at+1, quote, ",#\n")
			if !ok {
				p.fail(line, at, "the value opens with a quote and is not closed by the same quote at its end")
				return
			}
			at = next
		default:
			for !ended(line, at) && line[at] != ',' {
				at++
			}
		}
		if peek(line, at) != ',' {
			p.fail(line, start, "it is unclear where the entries end: put quotes around each of them")
			return
		}
	}
}
