package host

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"time"
)

// ErrTrailCursor means that a cursor is not one that ReadTrail returned.
var ErrTrailCursor = errors.New("is not from an earlier answer")

const (
	// maxTrailRead is how many bytes of audit files one page reads, roughly.
	maxTrailRead = 16 << 20

	// clockSlack is how far the clock may have been set back: a file that was
	// rotated that long before the times that are wanted is not read.
	clockSlack = time.Hour

	// maxFirstLine is how much of the first line of a file identifies it.
	maxFirstLine = 4096
)

// trailCursor is where the next page begins. Files are rotated, and the oldest
// removed, between two pages, so it knows a file by its first line.
type trailCursor struct {
	File   string `json:"f"` // of the first line, hex; "" if there was none
	Before string `json:"b"` // the ending of the file before it, "" if there was none
	Offset int64  `json:"o"`
	Until  int64  `json:"u"` // Unix milliseconds
}

func (c trailCursor) String() string {
	text, _ := json.Marshal(c) // texts and numbers
	return base64.RawURLEncoding.EncodeToString(text)
}

func readTrailCursor(text string) (c trailCursor, err error) {
	data, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || json.Unmarshal(data, &c) != nil || c.Offset < 0 || c.String() != text {
		return c, ErrTrailCursor
	}
	return c, nil
}

// ReadTrail returns a page of the entries of the audit file at a path and of those
// that AuditFile rotated from it, the oldest first, and the cursor of the next page,
// "" after the last. A page reads 16 MiB at most, and can have few entries for that.
// Processes can write to the files meanwhile: entries that are made after the first
// page began are on none. Lines that are no entries are skipped: VerifyAudit tells of
// them. A path without any file is an error that matches fs.ErrNotExist, and one of a
// stream one that matches ErrAuditStream.
func ReadTrail(ctx context.Context, path string, request TrailRequest) (entries []AuditEntry, cursor string, err error) {
	r := &trailReader{request: request, entries: []AuditEntry{}}
	if r.request.Limit <= 0 || r.request.Limit > maxTrailPage {
		r.request.Limit = maxTrailPage
	}
	r.at.Until = time.Now().UnixMilli() + 1
	if !request.Until.IsZero() {
		r.at.Until = min(r.at.Until, request.Until.UnixMilli())
	}
	if request.Cursor != "" {
		if r.at, err = readTrailCursor(request.Cursor); err != nil {
			return nil, "", err
		}
	}
	current, err := openTrail(path)
	if err != nil {
		return nil, "", fmt.Errorf("audit file: %w", err)
	}
	if current != nil {
		defer current.Close()
	}
	files, err := rotatedFiles(path)
	if err != nil {
		return nil, "", fmt.Errorf("audit file: %w", err)
	}
	if current == nil && len(files) == 0 {
		return nil, "", fmt.Errorf("audit file: %s: %w", path, fs.ErrNotExist)
	}
	if err := r.readAll(ctx, path, current, files); err != nil {
		return nil, "", fmt.Errorf("audit file: %w", err)
	}
	if r.more {
		cursor = r.at.String()
	}
	return r.entries, cursor, nil
}

// openTrail opens the file that is written to, or returns nil if there is none.
func openTrail(path string) (*os.File, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s: %w, nor read again", path, ErrAuditStream)
	}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return file, err
}

// trailReader reads one page.
type trailReader struct {
	request TrailRequest
	at      trailCursor
	read    int64 // bytes
	entries []AuditEntry
	more    bool // at is where the next page begins
}

// readAll reads the rotated files from the cursor on, then the current one.
func (r *trailReader) readAll(ctx context.Context, path string, current *os.File, rotated []string) error {
	if current != nil { // rotated since it was opened: its turn comes last, and the next page finds it
		rotated = slices.DeleteFunc(slices.Clone(rotated), func(name string) bool { return isFile(name, current) })
	}
	resume, before := r.at, ""
	if i := r.find(path, current, rotated); i >= 0 {
		if i > 0 {
			before = rotated[i-1][len(path):]
		}
		rotated = rotated[i:]
	} else { // its file is gone
		before, resume.Offset = resume.Before, 0
		for len(rotated) > 0 && rotated[0][len(path):] <= before {
			rotated = rotated[1:]
		}
	}
	for _, name := range rotated {
		ending := name[len(path):]
		began, ended := endedAt(before), endedAt(ending)
		if !began.IsZero() && began.Add(-clockSlack).UnixMilli() >= r.at.Until {
			return nil
		}
		if r.request.Since.IsZero() || ended.Add(clockSlack).After(r.request.Since) {
			file, err := os.Open(name)
			switch {
			case errors.Is(err, fs.ErrNotExist): // it was removed meanwhile
			case err != nil:
				return err
			default:
				err = r.readOne(ctx, file, before, resume.Offset)
				file.Close()
			}
			if err != nil && !errors.Is(err, fs.ErrNotExist) || r.more {
				return err
			}
		}
		before, resume.Offset = ending, 0
	}
	if current == nil {
		return nil
	}
	return r.readOne(ctx, current, before, resume.Offset)
}

// find returns which file the cursor is in: the index of a rotated one, their number
// for the current one, 0 for no cursor, and -1 if it is gone.
func (r *trailReader) find(path string, current *os.File, rotated []string) int {
	if r.request.Cursor == "" {
		return 0
	}
	if r.at.File == "" {
		return -1
	}
	if current != nil && firstLine(current) == r.at.File {
		return len(rotated)
	}
	for i, name := range rotated {
		if name[len(path):] <= r.at.Before {
			continue
		}
		file, err := os.Open(name)
		if err != nil {
			continue
		}
		first := firstLine(file)
		file.Close()
		if first == r.at.File {
			return i
		}
	}
	return -1
}

// endedAt is the time in the ending of a rotated file, zero for none.
func endedAt(ending string) time.Time {
	if ending == "" {
		return time.Time{}
	}
	at, _ := time.Parse("."+rotatedFormat, ending) // rotatedFiles knows only such
	return at
}

// firstLine identifies a file by its first line, which has a time and a cid. It is ""
// if the file has none yet.
func firstLine(file *os.File) string {
	text := make([]byte, maxFirstLine)
	n, err := file.ReadAt(text, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return ""
	}
	text = text[:n]
	if end := bytes.IndexByte(text, '\n'); end >= 0 {
		text = text[:end]
	} else if n < maxFirstLine {
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// readOne reads a file from an offset on.
func (r *trailReader) readOne(ctx context.Context, file *os.File, before string, offset int64) error {
	r.at.File, r.at.Before, r.at.Offset = firstLine(file), before, offset
	in := bufio.NewReaderSize(io.NewSectionReader(file, offset, 1<<62), maxAuditLine)
	for {
		if len(r.entries) == r.request.Limit || r.read >= maxTrailRead {
			r.more = true
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		line, err := in.ReadSlice('\n')
		if err == nil {
			r.take(line)
		}
		taken := int64(len(line))
		for errors.Is(err, bufio.ErrBufferFull) { // longer than any entry
			line, err = in.ReadSlice('\n')
			taken += int64(len(line))
		}
		if errors.Is(err, io.EOF) {
			return nil // without a last line that is not complete, or not yet
		}
		if err != nil {
			return err
		}
		r.at.Offset += taken
		r.read += taken
	}
}

// isFile reports whether a path leads to an open file.
func isFile(path string, file *os.File) bool {
	there, err := os.Stat(path)
	if err != nil {
		return false
	}
	info, err := file.Stat()
	return err == nil && os.SameFile(there, info)
}

// take keeps an entry that has what is wanted.
func (r *trailReader) take(line []byte) {
	q := &r.request
	for _, text := range []string{q.CID, q.UserID} {
		if !bytes.Contains(line, []byte(text)) {
			return
		}
	}
	var entry AuditEntry
	if json.Unmarshal(line, &entry) != nil || entry.Op == "" {
		return
	}
	switch {
	case q.CID != "" && entry.CID != q.CID,
		q.UserID != "" && !slices.Contains([]string{entry.TargetUser, entry.CurrentUser}, q.UserID),
		!q.Since.IsZero() && entry.Time.UnixMilli() < q.Since.UnixMilli(),
		entry.Time.UnixMilli() >= r.at.Until:
		return
	}
	r.entries = append(r.entries, entry)
}
