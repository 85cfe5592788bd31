package host

import (
	"fmt"
	"io/fs"
	"os"

	"github.com/enrol-sso/enrol/kv/private"
)

// openStream opens the target of a path, through links if necessary, if it is a
// stream: standard output or standard error (/dev/stdout, /dev/stderr), a
// character device or a named pipe. A stream is not created, keeps its mode,
// and cannot be synced: its reader must keep the entries. The file is nil if
// the path leads to anything else.
func openStream(path string) (*os.File, fs.FileInfo, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, nil // the caller finds out why
	}
	if private.Link(path) || !info.Mode().IsRegular() {
		for _, standard := range []*os.File{os.Stdout, os.Stderr} {
			if open, err := standard.Stat(); err == nil && os.SameFile(open, info) {
				file, err := duplicate(standard)
				return file, info, err
			}
		}
	}
	flags := os.O_WRONLY
	switch kind := info.Mode() & fs.ModeType; {
	case kind == fs.ModeDevice|fs.ModeCharDevice:
	case kind == fs.ModeNamedPipe:
		flags = os.O_RDWR // does not wait for a reader, and outlives one
		if err := private.Pipe(path); err != nil {
			return nil, nil, err
		}
	default:
		return nil, nil, nil
	}
	file, err := os.OpenFile(path, flags|os.O_APPEND, 0)
	if err != nil {
		return nil, nil, err
	}
	if now, err := file.Stat(); err != nil || !os.SameFile(info, now) {
		file.Close()
		return nil, nil, fmt.Errorf("%s was replaced while it was opened", path)
	}
	return file, info, nil
}

// isStream reports whether the trail is a stream, which cannot be read again.
func (a *AuditFile) isStream() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.stream
}
