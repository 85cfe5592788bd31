package pebble

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"path"
	"strconv"
	"strings"

	"github.com/cockroachdb/pebble/v2/record"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// The engine treats the first unreadable record of its newest log as cut off by
// a crash, and silently drops everything from it on, unless a record in a later
// block of 32 KiB states that it was synced. It does not check the block with
// the damage, which is the last one of most logs.
//
// A log consists of chunks, several to a record if that crosses a block:
//
//	checksum (4) | length (2) | type (1) | log number (4) | synced up to (8) | payload
//
// Chunks of the types 5 to 8 have no "synced up to", those of 9 to 12 do. Log
// files are reused: data after the end may be of an older log, and has that
// log's number.
const (
	logBlock       = 32 << 10
	plainHeader    = 11
	promiseHeader  = 19
	firstPlain     = 5
	firstPromise   = 9
	lastPromise    = 12
	positions      = 4 // in the order of types: full, first, middle, last
	checksumOffset = 6 // of the part that the checksum covers
)

// cut is where the engine stops reading a log before its end.
type cut struct {
	name       string
	at         int64 // start of the first unreadable record
	bytes      int64 // from there to the end of the last readable record
	records    int   // readable records after it
	promised   bool  // one of them states that the damaged part was synced: it was acknowledged
	incomplete bool  // the damage starts like a record of this log
}

func (c cut) String() string {
	text := fmt.Sprintf("%s: %d bytes from byte %d on cannot be read", c.name, c.bytes, c.at)
	switch {
	case c.records > 0:
		return fmt.Sprintf("%s, or follow what does not: among them %d whole records", text, c.records)
	default:
		return text + ": a record that a crash cut off, or damage"
	}
}

// chunk is an undamaged chunk.
type chunk struct {
	position int    // 0 full, 1 first, 2 middle, 3 last
	size     int64  // with its header
	synced   uint64 // offset up to which the log was synced when it was written; 0 if it has none
}

// chunkAt returns the chunk at an offset of the log with that number.
func chunkAt(log []byte, at int64, number uint32) (chunk, bool) {
	header, promises := headerAt(log, at, number)
	if header == 0 {
		return chunk{}, false
	}
	b := log[at:]
	size := header + int64(binary.LittleEndian.Uint16(b[4:6]))
	if size > int64(len(b)) || at%logBlock+size > logBlock || binary.LittleEndian.Uint32(b) != maskedSum(b[checksumOffset:size]) {
		return chunk{}, false
	}
	c := chunk{position: int(b[6]-firstPlain) % positions, size: size}
	if promises {
		c.synced = binary.LittleEndian.Uint64(b[plainHeader:promiseHeader])
	}
	return c, true
}

// headerAt returns the size of the header at an offset, 0 if there is none of
// the log with that number.
func headerAt(log []byte, at int64, number uint32) (size int64, promises bool) {
	left := min(int64(len(log))-at, logBlock-at%logBlock)
	if left < plainHeader {
		return 0, false
	}
	b := log[at:]
	size = plainHeader
	switch kind := b[6]; {
	case kind < firstPlain || kind > lastPromise:
		return 0, false
	case kind >= firstPromise:
		size, promises = promiseHeader, true
	}
	if left < size || binary.LittleEndian.Uint32(b[7:plainHeader]) != number {
		return 0, false
	}
	return size, promises
}

// maskedSum is the checksum of a chunk: a CRC-32C that is rotated and shifted, as
// in LevelDB.
func maskedSum(data []byte) uint32 {
	sum := crc32.Checksum(data, crc32.MakeTable(crc32.Castagnoli))
	return (sum>>15 | sum<<17) + 0xa282ead8
}

// findCut finds what the engine would drop from a log.
func findCut(name string, log []byte, number uint64) (cut, bool) {
	own := uint32(number)
	c := cut{name: name, at: readUpTo(log, number, nil)}
	damage := c.at
	for { // in a record of several chunks the damage follows undamaged ones
		next, whole := chunkAt(log, damage, own)
		if !whole {
			break
		}
		damage += next.size
		if left := logBlock - damage%logBlock; left < plainHeader {
			damage += left
		}
	}
	if size, _ := headerAt(log, damage, own); size > 0 {
		c.incomplete = true
		length := int64(binary.LittleEndian.Uint16(log[damage+4 : damage+6]))
		c.bytes = min(damage+size+length, int64(len(log))) - c.at
	}
	for at := damage + 1; at < int64(len(log)); {
		found, whole := chunkAt(log, at, own)
		if !whole {
			at++
			continue
		}
		if found.position <= 1 {
			c.records++
		}
		c.promised = c.promised || found.synced > uint64(damage)
		at += found.size
		c.bytes = at - c.at
	}
	return c, c.incomplete || c.bytes > 0
}

// readUpTo returns where the engine stops reading a log. It hands each record to a
// function, unless that is nil.
func readUpTo(log []byte, number uint64, each func(content []byte)) int64 {
	records := logReader(record.NewReader, strings.NewReader(string(log)), number)
	for {
		at := records.Offset()
		content, err := records.Next()
		var text []byte
		if err == nil {
			text, err = io.ReadAll(content)
		}
		if err != nil {
			return at
		}
		if each != nil {
			each(text)
		}
	}
}

// logReader calls record.NewReader, whose number type is not exported.
func logReader[N ~uint64](newReader func(io.Reader, N) *record.Reader, log io.Reader, number uint64) *record.Reader {
	return newReader(log, N(number))
}

// logNumber returns the number of a log from its name.
func logNumber(name string) (number uint64, isLog bool) {
	digits, isLog := strings.CutSuffix(name, ".log")
	number, err := strconv.ParseUint(digits, 10, 64)
	return number, isLog && err == nil
}

func readLog(disk vfs.FS, name string) ([]byte, error) {
	file, err := disk.Open(name)
	if err != nil {
		return nil, err
	}
	log, err := io.ReadAll(file)
	return log, errors.Join(err, file.Close())
}

// replays checks the logs that the engine opens to replay them.
type replays struct {
	acceptLoss bool
	refused    error           // why a log is not replayed
	found      func(cut) error // called for a log that is not read to its end; nil: logs are not opened to replay them
}

// open replaces the Open of a disk.
func (r *replays) open(disk vfs.FS, name string, options ...vfs.OpenOption) (vfs.File, error) {
	number, isLog := logNumber(path.Base(name))
	if !isLog || r.found == nil {
		return disk.Open(name, options...)
	}
	log, err := readLog(disk, name)
	if err != nil {
		return nil, err
	}
	file, err := disk.Open(name, options...)
	if err != nil {
		return nil, err
	}
	c, dropped := findCut(path.Base(name), log, number)
	if !dropped {
		return file, nil
	}
	if c.promised && !(r.acceptLoss && r.newest(disk, name, number)) {
		r.refused = damage(c.String() + ", which were acknowledged")
	} else {
		r.refused = r.found(c)
	}
	if r.refused != nil {
		return nil, errors.Join(r.refused, file.Close())
	}
	return &shortened{file, c.at}, nil
}

// newest reports whether a log is the last one: later logs could depend on what
// is missing from an earlier one.
func (r *replays) newest(disk vfs.FS, name string, number uint64) bool {
	names, err := disk.List(disk.PathDir(name))
	for _, other := range names {
		if n, isLog := logNumber(other); isLog && n > number {
			return false
		}
	}
	return err == nil
}

// shortened is a log that ends where the engine must stop reading.
type shortened struct {
	vfs.File
	left int64
}

func (s *shortened) Read(p []byte) (int, error) {
	if s.left == 0 {
		return 0, io.EOF
	}
	n, err := s.File.Read(p[:min(int64(len(p)), s.left)])
	s.left -= int64(n)
	return n, err
}
