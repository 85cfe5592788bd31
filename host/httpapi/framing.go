package httpapi

import (
	"bytes"
	"strings"
)

// framing watches the bytes of a connection for requests with two lengths: with
// both Content-Length and Transfer-Encoding, or with Transfer-Encoding in
// HTTP/1.0. A proxy in front may see the end of such a request elsewhere than
// net/http does, and forward the rest as another user's request (RFC 9112,
// sections 6.1 and 11.2). net/http serves such requests and removes
// Content-Length before a handler sees it, so only the bytes show it.
//
// It sees every header that net/http sees, and need not know where bodies end:
// a body that contains the lines of such a header counts as one, but JSON never
// does.
type framing struct {
	head     []byte // of the line, enough for a name
	tail     []byte // of the line, enough for a version
	inHeader bool
	old      bool // HTTP/1.0
	length   bool // the header has Content-Length
	encoding bool // the header has Transfer-Encoding

	ambiguous bool
}

// How many bytes of a line are kept: more than the longest name, and a version
// with the space before it.
const (
	headBytes = 24
	tailBytes = len(" HTTP/1.1\r")
)

func (f *framing) watch(read []byte) {
	for len(read) > 0 {
		part, rest, ended := bytes.Cut(read, []byte{'\n'})
		f.head = append(f.head, part[:min(len(part), headBytes-len(f.head))]...)
		f.tail = append(f.tail, part[max(0, len(part)-tailBytes):]...)
		f.tail = f.tail[max(0, len(f.tail)-tailBytes):]
		if ended {
			f.endLine()
			f.head, f.tail = f.head[:0], f.tail[:0]
		}
		read = rest
	}
}

func (f *framing) endLine() {
	tail := bytes.TrimSuffix(f.tail, []byte{'\r'})
	switch {
	case !f.inHeader:
		if version := tail[max(0, len(tail)-len(" HTTP/1.1")):]; bytes.HasPrefix(version, []byte(" HTTP/")) {
			f.inHeader, f.length, f.encoding = true, false, false
			f.old = bytes.HasSuffix(version, []byte("/1.0"))
		}
	case len(tail) == 0:
		f.inHeader = false
	case f.isNamed("content-length:"):
		f.length = true
	case f.isNamed("transfer-encoding:"):
		f.encoding = true
	}
	f.ambiguous = f.ambiguous || f.encoding && (f.length || f.old)
}

// isNamed reports whether the line is the header with a name, which is given in
// lower case with its colon.
func (f *framing) isNamed(name string) bool {
	return len(f.head) >= len(name) && strings.EqualFold(string(f.head[:len(name)]), name)
}
