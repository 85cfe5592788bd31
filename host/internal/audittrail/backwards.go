package audittrail

import (
	"bytes"
	"io"
	"slices"
)

const (
	window   = 64 << 10 // how much of a file is read at once, in bytes
	mostLine = 1 << 20  // no line of a trail is longer, in bytes
)

// backwards reads the lines of a file, the last one first.
type backwards struct {
	file io.ReaderAt
	from int64  // where the text is in the file
	text []byte // up to the end of the next line
}

// previous returns a line with its line ending, if it has one, or nil for one that is
// too long to be of a trail. There must be one.
func (b *backwards) previous() ([]byte, error) {
	for long := false; ; {
		within := b.text
		if !long && len(within) > 0 {
			within = within[:len(within)-1] // its own line ending
		}
		if i := bytes.LastIndexByte(within, '\n'); i >= 0 || b.from == 0 {
			line := b.text[i+1:]
			b.text = b.text[: i+1 : i+1]
			if long {
				line = nil
			}
			return line, nil
		}
		if len(b.text) > mostLine {
			long, b.text = true, nil
		}
		more := make([]byte, min(window, b.from))
		if _, err := b.file.ReadAt(more, b.from-int64(len(more))); err != nil && err != io.EOF {
			return nil, err
		}
		b.from -= int64(len(more))
		b.text = slices.Concat(more, b.text)
	}
}
