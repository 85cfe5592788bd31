package checking

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"os"
)

// mostHeld is how much of all parts is in memory, in bytes, before it goes to the file.
const mostHeld = 8 << 20

// scattered are pairs of texts in parts, in the order in which they were added.
type scattered struct {
	dir   string // of the file
	seed  maphash.Seed
	parts [parts]part
	held  int      // how many bytes are in memory
	most  int      // how many may be
	file  *os.File // nil until it is needed
	end   int64
}

// part is a part: pieces of the file, and then what is in memory.
type part struct {
	pieces []piece
	rest   []byte
}

func (p *part) empty() bool { return len(p.pieces) == 0 && len(p.rest) == 0 }

type piece struct{ at, size int64 }

func newScattered(dir string) *scattered {
	return &scattered{dir: dir, seed: maphash.MakeSeed(), most: mostHeld}
}

func (s *scattered) add(group, key, data string) error {
	p := &s.parts[s.partOf(group)]
	before := len(p.rest)
	for _, text := range []string{key, data} {
		p.rest = binary.AppendUvarint(p.rest, uint64(len(text)))
		p.rest = append(p.rest, text...)
	}
	if s.held += len(p.rest) - before; s.held < s.most {
		return nil
	}
	return s.spill()
}

// spill writes what is in memory to the file.
func (s *scattered) spill() error {
	if s.file == nil {
		if err := s.open(); err != nil {
			return err
		}
	}
	for i := range s.parts {
		p := &s.parts[i]
		if len(p.rest) == 0 {
			continue
		}
		if _, err := s.file.WriteAt(p.rest, s.end); err != nil {
			return fmt.Errorf("the temporary file of the check cannot be written: %w", err)
		}
		p.pieces = append(p.pieces, piece{s.end, int64(len(p.rest))})
		s.end += int64(len(p.rest))
		p.rest = p.rest[:0]
	}
	s.held = 0
	return nil
}

// open makes the file, for this user alone. Where the system can, it has no name from
// then on, so that a crash leaves nothing.
func (s *scattered) open() (err error) {
	for _, dir := range []string{s.dir, ""} {
		if s.file, err = os.CreateTemp(dir, ".enrol-fsck-"); err == nil {
			os.Remove(s.file.Name())
			return nil
		}
	}
	return fmt.Errorf("the check needs a temporary file, in the directory of the data or of the system: %w", err)
}

// each calls a function with the pairs of a part. Several parts can be read at once,
// once all pairs were added.
func (s *scattered) each(of int, use func(key, data string)) error {
	p := &s.parts[of]
	var readers []io.Reader
	for _, piece := range p.pieces {
		readers = append(readers, io.NewSectionReader(s.file, piece.at, piece.size))
	}
	in := bufio.NewReader(io.MultiReader(append(readers, bytes.NewReader(p.rest))...))
	for {
		key, err := readText(in)
		if errors.Is(err, io.EOF) {
			return nil
		}
		var data string
		if err == nil {
			data, err = readText(in)
		}
		if err != nil {
			return fmt.Errorf("the temporary file of the check cannot be read: %w", err)
		}
		use(key, data)
	}
}

func readText(in *bufio.Reader) (string, error) {
	size, err := binary.ReadUvarint(in)
	if err != nil {
		return "", err
	}
	text := make([]byte, size)
	if _, err := io.ReadFull(in, text); errors.Is(err, io.EOF) {
		return "", io.ErrUnexpectedEOF
	} else if err != nil {
		return "", err
	}
	return string(text), nil
}

func (s *scattered) close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	os.Remove(s.file.Name()) // if it could not be removed while it was open
	s.file = nil
	return err
}
