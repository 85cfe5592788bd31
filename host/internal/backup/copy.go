package backup

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Watch follows long work, and can end it. Nil does neither.
type Watch struct {
	Show func(done, total int64) // called often, with bytes; may be nil
	Stop <-chan struct{}         // closed: end the work with ErrStopped

	done, total int64
}

// ErrStopped means that a Watch ended the work.
var ErrStopped = errors.New("interrupted")

func (w *Watch) begin(total int64) {
	if w != nil {
		w.done, w.total = 0, total
	}
}

func (w *Watch) add(n int) error {
	if w == nil {
		return nil
	}
	select {
	case <-w.Stop:
		return ErrStopped
	default:
	}
	w.done += int64(n)
	if w.Show != nil {
		w.Show(w.done, w.total)
	}
	return nil
}

// sumOf reads a file.
func sumOf(path string, watch *Watch) (File, error) { return stream(path, io.Discard, watch) }

// copyFile copies a file to a new one, syncs that, and returns what was read.
func copyFile(from, to string, watch *Watch) (File, error) {
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return File{}, err
	}
	read, err := stream(from, out, watch)
	if err == nil {
		err = out.Sync()
	}
	return read, errors.Join(err, out.Close())
}

// stream reads a regular file to its end, piece by piece.
func stream(path string, to io.Writer, watch *Watch) (File, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return File{}, err
	}
	if !info.Mode().IsRegular() {
		return File{}, damage(filepath.Base(path) + " is not a regular file")
	}
	in, err := os.Open(path)
	if err != nil {
		return File{}, err
	}
	defer in.Close()
	hash := sha256.New()
	read := File{Name: filepath.Base(path)}
	for piece := make([]byte, 1<<20); ; {
		n, err := in.Read(piece)
		hash.Write(piece[:n])
		read.Size += int64(n)
		if _, writeErr := to.Write(piece[:n]); writeErr != nil {
			return File{}, writeErr
		}
		if err := watch.add(n); err != nil {
			return File{}, err
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return File{}, err
		}
	}
	read.SHA256 = hex.EncodeToString(hash.Sum(nil))
	return read, nil
}

// Copy copies the files of a generation into a directory, and syncs them. It fails
// with kv.ErrDamaged if one is not what the manifest says.
func Copy(generation string, m *Manifest, into string, watch *Watch) error {
	watch.begin(m.Bytes())
	for _, want := range m.Files {
		got, err := copyFile(filepath.Join(generation, filesName, want.Name), filepath.Join(into, want.Name), watch)
		if err != nil {
			return err
		}
		if got != want {
			return notWritten(want.Name)
		}
	}
	return syncDir(into)
}

func writeSynced(path string, text []byte) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// syncDir makes the names in a directory survive a loss of power, where the system can.
func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	defer dir.Close()
	if err := dir.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, fs.ErrPermission) {
		return err // some file systems, and Windows, cannot sync a directory
	}
	return nil
}
