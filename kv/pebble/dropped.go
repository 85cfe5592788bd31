package pebble

import (
	"errors"
	"io/fs"
	"strings"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// droppedFile lists, one per line, what was dropped from the log when the store
// was opened after a crash. The operator removes it after investigating.
const (
	droppedFile   = "DROPPED"
	droppingFile  = "DROPPED.making"
	droppedAtMost = 100 // lines
)

// Dropped returns what Open dropped from the ends of logs, now and earlier,
// each in a line that begins with the time (RFC 3339): records that a crash cut
// off, or that are damaged. Whether they were acknowledged is unknown. The file
// DROPPED in the directory has the lines until somebody removes it.
func (s *Store) Dropped() ([]string, error) { return readDropped(s.disk, s.dir) }

func readDropped(disk vfs.FS, dir string) ([]string, error) {
	text, err := readFile(disk, disk.PathJoin(dir, droppedFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return strings.FieldsFunc(text, func(r rune) bool { return r == '\n' }), err
}

// drop logs that a log is cut, and records it in the file, before that happens.
func (s *Store) drop(c cut) error {
	s.failure.out.Warn("kv/pebble: a part of the log is dropped", "dir", s.dir, "log", c.name, "what", c.String())
	lines, err := readDropped(s.disk, s.dir)
	if err != nil {
		return err
	}
	lines = append(lines, time.Now().UTC().Format(time.RFC3339)+" "+c.String())
	lines = lines[max(0, len(lines)-droppedAtMost):]
	if err := writeFile(s.disk, s.disk.PathJoin(s.dir, droppingFile), strings.Join(lines, "\n")+"\n"); err != nil {
		return err
	}
	if err := s.disk.Rename(s.disk.PathJoin(s.dir, droppingFile), s.disk.PathJoin(s.dir, droppedFile)); err != nil {
		return err
	}
	return syncDir(s.disk, s.dir)
}
