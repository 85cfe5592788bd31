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
	if peek(line, at) == ',' {
		if after := skipSpace(line, at+1); !ended(line, after) {
			p.fail(line, at, "a list cannot begin with a comma: remove it, or write \"\" before it for an empty entry")
			return v, false
		}
		v.List = true
		return v, true
	}
	if ended(line, at) {
		v.Items = []string{""}
		return v, true
	}
	for !ended(line, at) {
		item, next, ok := p.item(line, at)
		if !ok {
			return v, false
		}
		v.Items = append(v.Items, item)
		if peek(line, next) != ',' {
			break
		}
		v.List = true
		at = skipSpace(line, next+1)
	}
	return v, true
}

// ended says whether there is nothing but a comment from an offset on.
func ended(line string, at int) bool {
	next := peek(line, at)
	return next == lineEnd || next == '#'
}

// item reads the text, or the entry of a list, that begins at an offset, and
// returns where the comma, the comment or the end of the line after it is.
func (p *parser) item(line string, at int) (item string, next int, ok bool) {
	quote := line[at]
	switch {
	case quote == ',':
		p.fail(line, at, "an entry is missing between two commas: remove one of them, or write \"\" for an empty entry")
		return "", 0, false
	case isQuote(quote):
		return p.quotedItem(line, at, quote)
	}
	next = at
	for !ended(line, next) && line[next] != ',' {
		next++
	}
	return trimSpace(line[at:next]), next, true
}

func (p *parser) quotedItem(line string, at int, quote byte) (item string, next int, ok bool) {
	end, next, ok := closing(line, at+1, quote, ",#\n")
	if !ok {
		p.fail(line, at, "the value opens with a quote, and no such quote at its end closes it")
		return "", 0, false
	}
	if peek(line, next) == '#' {
		if again, _, misread := closing(line, next, quote, ","); misread {
			p.fail(line, again, "ConfigObj takes a comment for a part of the value if it holds the value's quote and a comma after it: reword the comment")
			return "", 0, false
		}
	}
	return line[at+1 : end], next, true
}
