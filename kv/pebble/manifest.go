package pebble

import (
	"encoding/binary"
	"errors"
	"io"

	"github.com/cockroachdb/pebble/v2/record"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/atomicfs"
)

// checkManifest is for a store that was not closed. The engine treats the first
// unreadable record of the manifest as cut off by a crash, drops everything
// from there on, and deletes the tables that it then does not know. But it
// syncs each record before it writes the next: an unreadable record that is
// followed by data was complete once, and is damaged.
//
// It does not find damage of the last record, and of a length that then reaches
// past the end: a crash can leave the same.
func checkManifest(disk vfs.FS, dir string) error {
	name, err := atomicfs.ReadMarker(disk, dir, "manifest")
	if err != nil {
		return err
	}
	file, err := disk.Open(disk.PathJoin(dir, name))
	if err != nil {
		return unopenable(err)
	}
	defer file.Close()
	for records := record.NewReader(file, 0); ; {
		at := records.Offset()
		content, err := records.Next()
		if err == nil {
			_, err = io.Copy(io.Discard, content)
		}
		switch {
		case err == nil:
		case errors.Is(err, io.EOF):
			return nil
		case !record.IsInvalidRecord(err):
			return unopenable(err)
		default:
			cut, err := cutOff(file, at)
			if err == nil && !cut {
				err = damage(name + " does not hold what was written")
			}
			return err
		}
	}
}

// cutOff reports whether the record at this place may be the last that was
// written. Records are in blocks, and the header of a record is never split: it
// has a checksum of four bytes, a length of two, and a kind, 1 for a record in
// one piece. Records in several pieces are rare, and not checked.
func cutOff(file vfs.File, at int64) (bool, error) {
	const (
		blockSize  = 32 << 10
		headerSize = 7
		inOnePiece = 1
	)
	if left := blockSize - at%blockSize; left < headerSize {
		at += left
	}
	var header [headerSize]byte
	if _, err := file.ReadAt(header[:], at); err != nil {
		return errors.Is(err, io.EOF), ignoreEOF(err)
	}
	if header[6] != inOnePiece {
		return true, nil
	}
	behind := make([]byte, 1<<10)
	from := at + headerSize + int64(binary.LittleEndian.Uint16(header[4:6]))
	n, err := file.ReadAt(behind, from)
	for _, b := range behind[:n] {
		if b != 0 {
			return false, ignoreEOF(err)
		}
	}
	return true, ignoreEOF(err)
}

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
