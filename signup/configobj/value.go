package configobj

import "strings"

// value reads the value that begins at an offset. A value in triple quotes may
// end on a later line, which is the current one then.
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

// ended says whether there is nothing but a comment from an offset on.
func ended(line string, at int) bool {
	next := peek(line, at)
	return next == lineEnd || next == '#'
}

// failValue says what is wrong with the value that begins at an offset: it
// walks over the entries as whoever wrote them will have meant them.
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
				p.fail(line, at, "the value opens with a quote, and no such quote at its end closes it")
				return
			}
			at = next
		default:
			for !ended(line, at) && line[at] != ',' {
				at++
			}
		}
		if peek(line, at) != ',' {
			p.fail(line, start, "it cannot be told where the entries end: put quotes around each of them")
			return
		}
	}
}
