package audittrail

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
)

// File is a file of a trail.
type File struct {
	Name string
	Text io.Reader
}

// Report is what Verify found.
type Report struct {
	Problems []string // what was changed, the first line of each file only
	Notes    []string // what Verify cannot tell
	Entries  uint64   // lines of intact files
}

// segment is the part of a chain that a file has.
type segment struct {
	file     string
	chain    string
	host     string
	began    string // time of the first line
	first, n uint64 // numbers of the first and the last line
	line     int    // of the last one, in the file
	previous [sha256.Size]byte
	hash     [sha256.Size]byte
	signed   int // line of the last signature
	unsigned uint64
	hashes   map[uint64][sha256.Size]byte // of the lines with checkpoints in the store
}

// Verify checks the files of one or more trails, in any order, with the keys that may
// sign them. checkpoints are those that the store keeps, which tell whether the end
// is missing.
func Verify(keys []ed25519.PublicKey, files []File, checkpoints []string) (Report, error) {
	v := &verification{keys: keys, kept: map[string]*line{}}
	for _, text := range checkpoints {
		if l, ok := parse([]byte(text)); !ok || l.signature == nil || !IsChain(l.Chain) || !l.signedBy(keys) {
			v.problem("a checkpoint in the store is damaged, or no --key signed it")
		} else {
			v.kept[l.Chain] = l
		}
	}
	for _, file := range files {
		if err := v.read(file); err != nil {
			return v.Report, fmt.Errorf("%s: %w", file.Name, err)
		}
	}
	v.join()
	return v.Report, nil
}

type verification struct {
	Report
	keys     []ed25519.PublicKey
	kept     map[string]*line // checkpoints, by chain
	segments []*segment
}

func (v *verification) problem(format string, values ...any) {
	v.Problems = append(v.Problems, fmt.Sprintf(format, values...))
}

// read checks one file up to its first wrong line.
func (v *verification) read(file File) error {
	var s *segment
	var junk []byte // lines that are none of a trail
	junkFrom := 0
	in := bufio.NewReaderSize(file.Text, 1<<20)
	for number := 1; ; number++ {
		text, err := in.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if len(text) == 0 {
			break
		}
		l, ok := parse(bytes.TrimSuffix(text, []byte{'\n'}))
		if !ok || text[len(text)-1] != '\n' {
			if junk == nil {
				junkFrom = number
			}
			junk = append(junk, text...)
			continue
		}
		if wrong := v.step(&s, l, file.Name, number, junk, junkFrom); wrong != "" {
			v.problem("%s", wrong)
			if s != nil {
				v.reordered(in, s, l, file.Name, number)
			}
			s = nil
			return nil
		}
		junk = nil
	}
	switch {
	case junk != nil && (s == nil || bytes.IndexByte(junk, '\n') >= 0):
		v.problem("%s:%d: the line is not of a trail: it was added or changed", file.Name, junkFrom)
	case junk != nil:
		v.Notes = append(v.Notes, fmt.Sprintf("%s:%d: the last line is incomplete, as after a crash", file.Name, junkFrom))
	}
	if s == nil && junk == nil {
		v.Notes = append(v.Notes, file.Name+": the file is empty")
	}
	return nil
}

// step checks a line after those of a segment, and returns what is wrong.
func (v *verification) step(at **segment, l *line, file string, number int, junk []byte, junkFrom int) string {
	s := *at
	opens := l.Op == opOpen
	switch {
	case junk != nil && !opens:
		return fmt.Sprintf("%s:%d: the line is not of a trail: it was added or changed", file, junkFrom)
	case s == nil && !opens:
		return fmt.Sprintf("%s:%d: the lines before this one were removed", file, number)
	case s != nil && l.n > s.n+1 && (!opens || l.Chain == s.chain):
		return fmt.Sprintf("%s:%d: entries %d to %d, which belong before this line, were removed or moved", file, number, s.n+1, l.n-1)
	case s != nil && l.n <= s.n && (!opens || l.Chain == s.chain):
		return fmt.Sprintf("%s:%d: this is entry %d, after entry %d: it was moved or added", file, number, l.n, s.n)
	}
	previous := noHash
	if s != nil {
		previous = s.hash
	}
	if opens {
		decoded, err := hex.DecodeString(l.Previous)
		if err != nil || len(decoded) != len(previous) || !IsChain(l.Chain) {
			return fmt.Sprintf("%s:%d: the line was changed", file, number)
		}
		previous = [sha256.Size]byte(decoded)
	}
	signs := opens || l.Op == opCheckpoint || l.Op == opRotate
	switch {
	case hashOf(previous, l.body) != l.hash && s == nil:
		return fmt.Sprintf("%s:%d: the line was changed", file, number)
	case hashOf(previous, l.body) != l.hash:
		return fmt.Sprintf("%s:%d: the line, or the one before it, was changed", file, number)
	case signs != (l.signature != nil) || signs && !l.signedBy(v.keys):
		return fmt.Sprintf("%s:%d: no --key signed this line: it, or a line after the last signature%s, was changed", file, number, s.lastSignature())
	case opens && s != nil && l.Chain != s.chain:
		return fmt.Sprintf("%s:%d: the server began another chain here, because the lines before were not those it had written", file, number)
	case opens && s != nil && previous != s.hash, signs && !opens && l.Chain != s.chain:
		return fmt.Sprintf("%s:%d: the line, or the one before it, was changed", file, number)
	case opens && (l.Torn != "") != (junk != nil), junk != nil && l.Torn != tornHash(junk):
		return fmt.Sprintf("%s:%d: what a crash left before this line was added, changed or removed", file, number)
	}
	if junk != nil && s == nil {
		v.Notes = append(v.Notes, fmt.Sprintf("%s:%d: the lines before this one are not of a trail, and are as the server found them", file, number))
	}
	if s == nil {
		s = &segment{file: file, chain: l.Chain, host: l.Host, began: l.Time, first: l.n, previous: previous, hashes: map[uint64][sha256.Size]byte{}}
		*at, v.segments = s, append(v.segments, s)
	}
	s.n, s.hash, s.line, s.unsigned = l.n, l.hash, number, s.unsigned+1
	if signs {
		s.signed, s.unsigned = number, 0
	}
	if kept := v.kept[s.chain]; kept != nil && kept.n == l.n {
		s.hashes[l.n] = l.hash
	}
	v.Entries++
	return ""
}

func (s *segment) lastSignature() string {
	if s == nil {
		return ""
	}
	return fmt.Sprintf(" in line %d", s.signed)
}

func tornHash(junk []byte) string {
	sum := sha256.Sum256(bytes.TrimSuffix(junk, []byte{'\n'}))
	return hex.EncodeToString(sum[:])
}

// reordered adds where the entry is that belongs before a wrong line.
func (v *verification) reordered(in *bufio.Reader, s *segment, wrong *line, file string, number int) {
	if wrong.n <= s.n+1 {
		return
	}
	for number++; ; number++ {
		text, err := in.ReadBytes('\n')
		if l, ok := parse(bytes.TrimSuffix(text, []byte{'\n'})); ok && l.n == s.n+1 {
			v.Notes = append(v.Notes, fmt.Sprintf("%s:%d: this is entry %d", file, number, l.n))
			return
		}
		if err != nil {
			return
		}
	}
}

// join checks that the files of each chain follow one another, up to its checkpoint.
func (v *verification) join() {
	slices.SortFunc(v.segments, func(a, b *segment) int {
		return cmp.Or(cmp.Compare(a.chain, b.chain), cmp.Compare(a.first, b.first))
	})
	if len(v.Problems) > 0 {
		return // what follows a wrong line is missing
	}
	earliest, hosts, seen := "", map[string]bool{}, map[string]bool{}
	for i, s := range v.segments {
		hosts[s.host], seen[s.chain] = true, true
		if earliest == "" || s.began < earliest {
			earliest = s.began
		}
		if i == 0 || v.segments[i-1].chain != s.chain {
			if s.first > 1 {
				v.Notes = append(v.Notes, fmt.Sprintf("%s begins with entry %d: earlier files were not given", s.file, s.first))
			}
		} else if before := v.segments[i-1]; s.first > before.n+1 {
			v.problem("%s:%d: entries %d to %d, which belong after this line, were removed", before.file, before.line, before.n+1, s.first-1)
		} else if s.first <= before.n || s.previous != before.hash {
			v.problem("%s:1: the file does not follow %s: one of them was changed", s.file, before.file)
		}
		if i == len(v.segments)-1 || v.segments[i+1].chain != s.chain {
			v.end(s)
		}
	}
	for _, chain := range slices.Sorted(maps.Keys(v.kept)) {
		kept := v.kept[chain]
		switch {
		case seen[chain]:
		case len(v.segments) == 0 || hosts[kept.Host] && kept.Time >= earliest:
			v.problem("the store has entry %d of chain %s of %s, from %s: all of its files were removed", kept.n, chain, kept.Host, kept.Time)
		default:
			v.Notes = append(v.Notes, fmt.Sprintf("chain %s of %s, up to entry %d, is in none of the files", chain, kept.Host, kept.n))
		}
	}
}

// end compares the last segment of a chain with its checkpoint.
func (v *verification) end(s *segment) {
	kept := v.kept[s.chain]
	switch {
	case kept != nil && kept.n > s.n:
		v.problem("%s:%d: entries %d to %d, which belong after this line, were removed: the store has the checkpoint of entry %d", s.file, s.line, s.n+1, kept.n, kept.n)
	case kept != nil:
		for _, each := range v.segments {
			if hash, ok := each.hashes[kept.n]; ok && each.chain == s.chain && hash != kept.hash {
				v.problem("%s: entry %d is not the one of which the store has the checkpoint: it was changed", each.file, kept.n)
			}
		}
	}
	if s.unsigned > 0 {
		v.Notes = append(v.Notes, fmt.Sprintf("%s: the last %d entries, after line %d, are not signed yet", s.file, s.unsigned, s.signed))
	}
}
