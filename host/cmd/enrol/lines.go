package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// maxLine bounds a line of requests, in bytes, without the line ending.
const maxLine = 64 << 10

// line is one line of the input.
type line struct {
	number int    // from 1
	text   []byte // without the line ending; nil if it is too long
	end    int64  // the offset in the input where it ends
}

func (l line) tooLong() bool { return l.text == nil }
func (l line) blank() bool   { return l.text != nil && len(bytes.TrimSpace(l.text)) == 0 }

// lineReader reads lines in bounded memory, however long they are.
type lineReader struct {
	input  *bufio.Reader
	number int
	offset int64
}

func newLineReader(input io.Reader) *lineReader {
	return &lineReader{input: bufio.NewReaderSize(input, maxLine+len("\r\n"))}
}

// next returns the next line, or io.EOF after the last.
func (r *lineReader) next() (line, error) {
	part, err := r.input.ReadSlice('\n')
	r.offset += int64(len(part))
	if err != nil && len(part) == 0 {
		return line{}, err
	}
	r.number++
	text := bytes.TrimSuffix(bytes.TrimSuffix(part, []byte("\n")), []byte("\r"))
	tooLong := len(text) > maxLine
	text = append([]byte{}, text...)
	for errors.Is(err, bufio.ErrBufferFull) { // the rest of the line is not kept
		tooLong = true
		part, err = r.input.ReadSlice('\n')
		r.offset += int64(len(part))
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return line{}, err
	}
	if tooLong {
		text = nil
	}
	return line{r.number, text, r.offset}, nil
}
