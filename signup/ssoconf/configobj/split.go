package configobj

// split splits a value on one line into a text or a list as ConfigObj's regular
// expressions do, which backtrack. The value is entries, each followed by a
// comma, and perhaps a last one. An entry that begins with a quote ends at the
// first such quote before a comma that lets the rest of the value parse. If
// there is none, and white space precedes the entry, it is plain text up to the
// next comma.
//
// split does not backtrack: it decides from the last comma to the first whether
// the rest parses, so that it takes linear time.
func split(text string) (items []string, list, ok bool) {
	s := newSplitter(text)
	for k := len(s.starts) - 1; k >= 0; k-- {
		s.ways[k] = s.way(k)
		s.keep(k)
	}
	if !s.ways[0].ok {
		lone := peek(text, 0) == ',' && ended(text, skipSpace(text, 1))
		return nil, lone, lone
	}
	last := 0
	for s.ways[last].next > 0 {
		last = s.ways[last].next
	}
	if items, ok = s.entries(last); !ok {
		return nil, false, false
	}
	if way := s.ways[last]; last == 0 || way.from < way.to || way.quoted {
		items = append(items, text[way.from:way.to])
	}
	return items, last > 0, true
}

// splitter is the state of one split. Commas are numbered from 1; 0 is the
// beginning of the text.
type splitter struct {
	text   string
	commas []int    // offsets
	starts []int    // of what follows each comma, white space aside
	hashes []int    // offsets
	before []int    // offset of the quote just before a comma, white space aside, or -1
	tails  [2][]int // by kind of quote: offsets of those with only a comment after them
	ways   []way    // from each comma
	// By kind of quote: the first comma, from the current one on (near) and
	// from the next one on (far), that has such a quote just before it and from
	// which the rest parses.
	near, far [2]int
}

// way is how a value continues from a comma.
type way struct {
	ok       bool
	next     int // the comma after the next entry, or 0 at the end
	from, to int // of the last entry, without its quotes
	quoted   bool
}

func newSplitter(text string) *splitter {
	s := &splitter{text: text, commas: []int{0}, starts: []int{0}, before: []int{-1}}
	closer := -1
	for at := range len(text) {
		switch b := text[at]; b {
		case ',':
			s.commas = append(s.commas, at)
			s.starts = append(s.starts, skipSpace(text, at+1))
			s.before = append(s.before, closer)
			closer = -1
		case '#':
			s.hashes = append(s.hashes, at)
		case '"', '\'':
			next := skipSpace(text, at+1)
			if peek(text, next) == ',' {
				closer = at
			} else if ended(text, next) {
				s.tails[kind(b)] = append(s.tails[kind(b)], at)
			}
		}
	}
	s.ways = make([]way, len(s.starts))
	return s
}

// way finds how the value continues from comma k. The ways of later commas are
// known.
func (s *splitter) way(k int) way {
	from := s.starts[k]
	first := peek(s.text, from)
	switch {
	case isQuote(first):
		if next := s.closed(k, first); next > 0 {
			return way{ok: true, next: next}
		}
		if tail := firstFrom(s.tails[kind(first)], from+1); tail >= 0 {
			return way{ok: true, from: from + 1, to: tail, quoted: true}
		}
	case first == lineEnd || first == '#':
		return way{ok: true, from: from, to: from}
	case first != ',':
		if s.plain(k, from) {
			return way{ok: true, next: k + 1}
		}
		end := len(s.text)
		if hash := firstFrom(s.hashes, from); hash >= 0 {
			end = hash
		}
		if k+1 == len(s.commas) || s.commas[k+1] > end {
			return way{ok: true, from: from, to: from + len(trimSpace(s.text[from:end]))}
		}
	}
	if k > 0 && from > s.commas[k]+1 && s.plain(k, s.commas[k]+1) {
		return way{ok: true, next: k + 1}
	}
	return way{}
}

// plain reports whether an unquoted entry from an offset can end at the comma
// after k, and the rest parses.
func (s *splitter) plain(k, from int) bool {
	if k+1 == len(s.commas) || !s.ways[k+1].ok {
		return false
	}
	hash := firstFrom(s.hashes, from)
	return hash < 0 || hash > s.commas[k+1]
}

// closed returns the comma after a quoted entry that begins after comma k, or
// 0.
func (s *splitter) closed(k int, quote byte) int {
	next := s.near[kind(quote)]
	if next == k+1 && s.before[next] == s.starts[k] { // that quote is the opening one
		return s.far[kind(quote)]
	}
	return next
}

// keep records whether comma k ends a quoted entry, for the commas before it.
func (s *splitter) keep(k int) {
	if k == 0 || s.before[k] < 0 || !s.ways[k].ok {
		return
	}
	quote := kind(s.text[s.before[k]])
	s.far[quote], s.near[quote] = s.near[quote], k
}

// entries returns the entries before comma last. An entry that begins with a
// quote ends at the first such quote before a comma, whatever way was found.
func (s *splitter) entries(last int) (items []string, ok bool) {
	next := [2]int{1, 1} // by kind of quote
	for k := 0; k < last; {
		from := s.starts[k]
		if first := s.text[from]; isQuote(first) {
			end := next[kind(first)]
			for end <= last && (s.before[end] <= from || s.text[s.before[end]] != first) {
				end++
			}
			if next[kind(first)] = end; end <= last {
				items, k = append(items, s.text[from+1:s.before[end]]), end
				continue
			}
		}
		k++
		entry := trimSpace(s.text[from:max(from, s.commas[k])])
		if entry == "" {
			return nil, false
		}
		if len(entry) == 1 && isQuote(entry[0]) {
			entry = "" // a quote that is both the first and the last
		}
		items = append(items, entry)
	}
	return items, true
}

// kind returns the index of a kind of quote.
func kind(quote byte) int {
	if quote == '"' {
		return 1
	}
	return 0
}

// firstFrom returns the first of ascending offsets that is at least at, or -1.
func firstFrom(offsets []int, at int) int {
	low, high := 0, len(offsets)
	for low < high {
		if middle := (low + high) / 2; offsets[middle] < at {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if low == len(offsets) {
		return -1
	}
	return offsets[low]
}
