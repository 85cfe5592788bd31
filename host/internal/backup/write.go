package backup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/private"
)

const (
	lockName   = "LOCK"
	makingName = ".making"
)

// Source is what a backup is made of: files that do not change meanwhile.
type Source struct {
	Dir   string
	Files []string // their names
	Keys  []string // as in Manifest
}

// Made says how much of a generation takes no space of its own.
type Made struct {
	Generation    string // its path
	Files, Shared int    // Shared of the files are hard links
	Bytes, Copied int64  // Copied of the bytes are not
}

// Directory is a directory of generations, held by this process alone.
type Directory struct {
	path string
	held interface{ Close() error }
}

// Use holds a directory of generations for this process, and makes it if it does not
// exist. Its files belong to this user alone. It fails with kv.ErrInUse if another
// process holds it, and with private.ErrNotPrivate if it belongs to another user.
func Use(path string) (*Directory, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		if _, err := time.Parse(timeForm, entry.Name()); err != nil && entry.Name() != lockName && entry.Name() != "lost+found" && entry.Name() != makingName {
			return nil, fmt.Errorf("%w: it has other files, such as %q: name a directory for backups alone", fs.ErrExist, entry.Name())
		}
	}
	if _, err := private.Dir(path); err != nil { // changes its mode: not before it is known to be for backups alone
		return nil, err
	}
	held, err := vfs.Default.Lock(filepath.Join(path, lockName))
	if err != nil {
		return nil, fmt.Errorf("%w by another backup (%w)", kv.ErrInUse, err)
	}
	if _, err := private.File(filepath.Join(path, lockName)); err != nil {
		return nil, errors.Join(err, held.Close())
	}
	return &Directory{path, held}, nil
}

// Close gives the directory back.
func (d *Directory) Close() error { return d.held.Close() }

// Write makes a new generation of the files of a source, which was made after begun.
// It fails with an error of its Watch, or of the system; then there is no new
// generation. Files that the file system lets it link take no space. Of the others, those
// that the newest generation has too are linked to that.
func (d *Directory) Write(from Source, begun time.Time, version, commit string, watch *Watch) (made Made, err error) {
	names, err := Generations(d.path)
	if err != nil {
		return Made{}, err
	}
	w := &writing{watch: watch}
	if len(names) > 0 {
		w.before = filepath.Join(d.path, names[len(names)-1])
		if w.earlier, err = Read(w.before); err != nil {
			w.earlier = nil // it is damaged or newer: share nothing with it
		}
	}
	making := filepath.Join(d.path, makingName)
	if err := os.RemoveAll(making); err != nil { // of a backup that was interrupted
		return Made{}, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(making))
		}
	}()
	w.into = filepath.Join(making, filesName)
	if err := os.MkdirAll(w.into, 0o700); err != nil {
		return Made{}, err
	}
	var total int64
	for _, name := range from.Files {
		info, err := os.Lstat(filepath.Join(from.Dir, name))
		if err != nil {
			return Made{}, err
		}
		total += info.Size()
	}
	watch.begin(total)
	m := &Manifest{Format: format, Enrol: version, Commit: commit, Time: begun.UTC(), Keys: from.Keys}
	for _, name := range from.Files {
		file, err := w.add(filepath.Join(from.Dir, name))
		if err != nil {
			return Made{}, err
		}
		m.Files = append(m.Files, file)
	}
	if err := m.write(making); err != nil {
		return Made{}, err
	}
	for _, dir := range []string{w.into, making} {
		if err := syncDir(dir); err != nil {
			return Made{}, err
		}
	}
	if w.made.Generation, err = d.name(making, begun); err != nil {
		return Made{}, err
	}
	w.made.Files, w.made.Bytes = len(m.Files), m.Bytes()
	return w.made, nil
}

// name gives a complete generation its name.
func (d *Directory) name(making string, begun time.Time) (string, error) {
	names, err := Generations(d.path)
	if err != nil {
		return "", err
	}
	if len(names) > 0 { // the clock may have been set back, and the newest must stay the newest
		if newest, err := time.Parse(timeForm, names[len(names)-1]); err == nil && !begun.After(newest) {
			begun = newest.Add(time.Millisecond)
		}
	}
	for ; ; begun = begun.Add(time.Millisecond) { // two may begin within one
		path := filepath.Join(d.path, begun.UTC().Format(timeForm))
		if _, err := os.Lstat(path); err == nil {
			continue
		}
		if err := os.Rename(making, path); err != nil {
			return "", err
		}
		if err := syncDir(d.path); err != nil {
			return "", err
		}
		return path, syncDir(filepath.Dir(d.path))
	}
}

// Keep removes the oldest generations except a number of the newest.
func (d *Directory) Keep(newest int) (removed int, err error) {
	names, err := Generations(d.path)
	if err != nil {
		return 0, err
	}
	for _, name := range names[:max(0, len(names)-newest)] {
		// Half of a generation must not have its name.
		leaving := filepath.Join(d.path, makingName)
		if err := os.Rename(filepath.Join(d.path, name), leaving); err != nil {
			return removed, err
		}
		if err := os.RemoveAll(leaving); err != nil {
			return removed, err
		}
		removed++
	}
	return removed, syncDir(d.path)
}

// writing is a generation that is being written.
type writing struct {
	into    string
	before  string    // the newest generation
	earlier *Manifest // its manifest, nil if there is none
	watch   *Watch
	made    Made
}

// add adds a file, and shares it where possible.
func (w *writing) add(from string) (File, error) {
	to := filepath.Join(w.into, filepath.Base(from))
	if os.Link(from, to) == nil {
		w.made.Shared++
		return sumOf(to, w.watch)
	}
	if w.mayHave(from) {
		file, err := sumOf(from, w.watch)
		if err != nil {
			return File{}, err
		}
		if w.share(file, to) {
			w.made.Shared++
			return file, nil
		}
	}
	file, err := copyFile(from, to, w.watch)
	w.made.Copied += file.Size
	return file, err
}

// mayHave reports whether the newest generation has a file of that name and size.
func (w *writing) mayHave(from string) bool {
	info, err := os.Lstat(from)
	if err != nil || w.earlier == nil {
		return false
	}
	for _, file := range w.earlier.Files {
		if file.Name == filepath.Base(from) {
			return file.Size == info.Size()
		}
	}
	return false
}

// share links a file of the newest generation if it has this content still.
func (w *writing) share(file File, to string) bool {
	if os.Link(filepath.Join(w.before, filesName, file.Name), to) != nil {
		return false
	}
	if there, err := sumOf(to, nil); err == nil && there == file {
		return true
	}
	os.Remove(to)
	return false
}
