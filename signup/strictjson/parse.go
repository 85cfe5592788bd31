package strictjson

import (
	"errors"
	"fmt"
	"strings"

	"github.com/enrol-sso/enrol/signup/internal/ascii"
)

// parser parses a JSON text and records its values in order. at is the offset
// of the next byte.
type parser struct {
	text  string
	at    int
	depth int // how deep values may be nested
	own   bool
	nodes []node
}

func parse(p parser) (Value, error) {
	p.space()
	if p.peek() != '{' {
		return Value{}, errors.New("is not a JSON object")
	}
	if most := p.mostNodes(); most > cap(p.nodes) {
		p.nodes = make([]node, 0, most)
	}
	if err := p.value(1); err != nil {
		return Value{}, fmt.Errorf("is not acceptable JSON: %w at byte %d", err, p.at)
	}
	p.space()
	if p.at != len(p.text) {
		return Value{}, fmt.Errorf("is not acceptable JSON: something follows the object at byte %d", p.at)
	}
	return Value{p.text, p.nodes}, nil
}

// mostNodes returns how many nodes to allocate. For a long text it is at least
// as many as the text has, so that nodes are not copied as they grow; for
// others it is a guess.
func (p *parser) mostNodes() int {
	if len(p.text) <= MaxBytes {
		return 4 + len(p.text)/16
	}
	most := 1
	for i := range len(p.text) {
		switch p.text[i] {
		case '{', '[', ',', ':':
			most++
		}
	}
	return most
}

// peek returns the next byte, or 0 at the end. A NUL in the text is not a JSON
// token either, so callers need not distinguish the two.
func (p *parser) peek() byte {
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

func (p *parser) space() {
	for {
		switch p.peek() {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return
		}
	}
}

// add records a value that contains no others and begins at start.
func (p *parser) add(start int, count uint32) {
	p.nodes = append(p.nodes, node{uint32(start), uint32(p.at), 1, count})
}

func (p *parser) value(depth int) error {
	switch b := p.peek(); {
	case b == '{':
		return p.object(depth)
	case b == '[':
		return p.array(depth)
	case b == '"':
		return p.string()
	case b == 't':
		return p.word("true")
	case b == 'f':
		return p.word("false")
	case b == 'n':
		return p.word("null")
	case b == '-' || ascii.IsDigit(b):
		return p.number()
	}
	return errors.New("a value is missing")
}

func (p *parser) object(depth int) error {
	if depth > p.depth {
		return fmt.Errorf("nesting is deeper than %d", p.depth)
	}
	names := names{source: p.text, first: len(p.nodes) + 1}
	return p.list('}', func() error {
		if p.peek() != '"' {
			return errors.New("a member's name is missing")
		}
		if err := p.string(); err != nil {
			return err
		}
		if !p.own && names.again(p.nodes) {
			return errors.New("a member occurs twice")
		}
		p.space()
		if p.peek() != ':' {
			return errors.New(`":" is missing`)
		}
		p.at++
		p.space()
		return p.value(depth + 1)
	})
}

// names are the names of an object's members so far.
type names struct {
	source string
	first  int // node
	count  int
	seen   map[string]bool // once there are many
}

const manyNames = 48

// again reports whether the name that is the last node occurred before.
func (n *names) again(nodes []node) bool {
	last := len(nodes) - 1
	name := nodes[last].string(n.source)
	if n.seen != nil {
		seen := n.seen[name]
		n.seen[name] = true
		return seen
	}
	for at := n.first; at < last; at += 1 + int(nodes[at+1].size) {
		if nodes[at].string(n.source) == name {
			return true
		}
	}
	if n.count++; n.count == manyNames {
		n.seen = map[string]bool{name: true}
		for at := n.first; at < last; at += 1 + int(nodes[at+1].size) {
			n.seen[nodes[at].string(n.source)] = true
		}
	}
	return false
}

func (p *parser) array(depth int) error {
	if depth > p.depth {
		return fmt.Errorf("nesting is deeper than %d", p.depth)
	}
	return p.list(']', func() error { return p.value(depth + 1) })
}

// list parses everything from an opening bracket to the closing one.
func (p *parser) list(closing byte, element func() error) error {
	start, first, count := p.at, len(p.nodes), uint32(0)
	p.add(start, 0)
	p.at++
	p.space()
	for p.peek() != closing || count > 0 {
		if err := element(); err != nil {
			return err
		}
		count++
		p.space()
		if p.peek() == closing {
			break
		}
		if p.peek() != ',' {
			return fmt.Errorf(`"," or %q is missing`, closing)
		}
		p.at++
		p.space()
	}
	p.at++
	p.nodes[first] = node{uint32(start), uint32(p.at), uint32(len(p.nodes) - first), count}
	return nil
}

func (p *parser) word(word string) error {
	if !strings.HasPrefix(p.text[p.at:], word) {
		return errors.New("a value is missing")
	}
	p.at += len(word)
	p.add(p.at-len(word), 0)
	return nil
}

func (p *parser) number() error {
	start := p.at
	if p.peek() == '-' {
		p.at++
	}
	if p.peek() == '0' {
		p.at++
	} else if !p.digits() {
		return errors.New("a number lacks digits")
	}
	if p.peek() == '.' {
		p.at++
		if !p.digits() {
			return errors.New("a number lacks digits")
		}
	}
	if b := p.peek(); b == 'e' || b == 'E' {
		p.at++
		if b := p.peek(); b == '+' || b == '-' {
			p.at++
		}
		if !p.digits() {
			return errors.New("a number lacks digits")
		}
	}
	p.add(start, 0)
	return nil
}

// digits skips digits and reports whether there are any.
func (p *parser) digits() bool {
	start := p.at
	for ascii.IsDigit(p.peek()) {
		p.at++
	}
	return p.at > start
}
