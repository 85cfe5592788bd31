// Package backup writes generations of a backup into a directory, verifies them, and
// copies their files out. A generation has the files of a checkpoint of kv/pebble and
// a manifest; the names of generations are the times at which they were begun.
//
//	DIR/20261128T103235.000Z/manifest.json
//	DIR/20261128T103235.000Z/manifest.json.sha256   as sha256sum writes it
//	DIR/20261128T103235.000Z/files/…
//
// Write makes a generation, Find and Read find one, and Verify compares it with its
// manifest. A generation is complete when it has its name: while it is written, it has
// another one.
package backup

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/enrol-sso/enrol/kv"
)

// format increases when earlier versions could not restore a generation.
const format = 1

const (
	manifestName = "manifest.json"
	sumName      = "manifest.json.sha256"
	filesName    = "files"
	maxManifest  = 64 << 20 // bytes
)

// Manifest describes a generation.
type Manifest struct {
	Format int       `json:"format"`
	Enrol  string    `json:"enrol"`  // the version that wrote it
	Commit string    `json:"commit"` // of its sources, "" if unknown
	Time   time.Time `json:"time"`   // when the generation was begun: it has everything acknowledged before
	Keys   []string  `json:"keys"`   // ids of the secret keys that the data is sealed with, newest first
	Files  []File    `json:"files"`  // in the order of their names
}

// File is a file of a generation.
type File struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`   // in bytes
	SHA256 string `json:"sha256"` // in hexadecimal
}

// Bytes returns the size of all files.
func (m *Manifest) Bytes() (sum int64) {
	for _, file := range m.Files {
		sum += file.Size
	}
	return sum
}

// Read reads the manifest of a generation. It fails with kv.ErrDamaged if that is not
// what was written, and with kv.ErrNewer if a later version wrote it.
func Read(generation string) (*Manifest, error) {
	text, err := readShort(filepath.Join(generation, manifestName))
	if err != nil {
		return nil, err
	}
	sum, err := readShort(filepath.Join(generation, sumName))
	if err != nil {
		return nil, err
	}
	if string(sum) != sumLine(text) {
		return nil, damage(manifestName + " is not what was written")
	}
	var m Manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, damage(manifestName + " is not what was written")
	}
	if m.Format > format {
		return nil, fmt.Errorf("has the format %d, known up to %d: %w; restore with enrol %s or a later one", m.Format, format, kv.ErrNewer, m.Enrol)
	}
	return &m, nil
}

// readShort reads a file, and reports one that is missing as damage.
func readShort(path string) ([]byte, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, damage(filepath.Base(path) + " is missing")
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, maxManifest))
}

// write writes the manifest into a generation.
func (m *Manifest) write(generation string) error {
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	text = append(text, '\n')
	if err := writeSynced(filepath.Join(generation, manifestName), text); err != nil {
		return err
	}
	return writeSynced(filepath.Join(generation, sumName), []byte(sumLine(text)))
}

func sumLine(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]) + "  " + manifestName + "\n"
}

// Verify compares all files of a generation with its manifest. It fails with
// kv.ErrDamaged if one is missing, changed or not in the manifest.
func Verify(generation string, m *Manifest, watch *Watch) error {
	if err := onlyHas(generation, []string{filesName, manifestName, sumName}); err != nil {
		return err
	}
	var names []string
	for _, file := range m.Files {
		names = append(names, file.Name)
	}
	if err := onlyHas(filepath.Join(generation, filesName), names); err != nil {
		return err
	}
	watch.begin(m.Bytes())
	for _, want := range m.Files {
		if want.Name != filepath.Base(want.Name) {
			return damage(fmt.Sprintf("%s names a file outside of the backup", manifestName))
		}
		got, err := sumOf(filepath.Join(generation, filesName, want.Name), watch)
		if err != nil {
			return err
		}
		if got != want {
			return notWritten(want.Name)
		}
	}
	return nil
}

// onlyHas reports a file that is missing in a directory, or not expected there.
func onlyHas(dir string, want []string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return damage(filepath.Base(dir) + " is missing")
	}
	if err != nil {
		return err
	}
	missing := map[string]bool{}
	for _, name := range want {
		missing[name] = true
	}
	for _, entry := range entries {
		if !missing[entry.Name()] {
			return damage(fmt.Sprintf("%q is not in the manifest", entry.Name()))
		}
		delete(missing, entry.Name())
	}
	for _, name := range want {
		if missing[name] {
			return damage(name + " is missing")
		}
	}
	return nil
}

func notWritten(name string) error { return damage(name + " is not what was written") }

func damage(what string) error { return fmt.Errorf("%s: %w", what, kv.ErrDamaged) }

// timeForm is the form of the names of generations.
const timeForm = "20060102T150405.000Z"

// Generations returns the names of the generations in a directory, oldest first.
func Generations(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, entry := range entries {
		if _, err := time.Parse(timeForm, entry.Name()); err == nil && entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}

// Find returns the path of the newest generation in a directory, or the path itself if
// that is of a generation. It fails with fs.ErrNotExist if there is none.
func Find(path string) (generation string, err error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if _, err := time.Parse(timeForm, filepath.Base(absolute)); err == nil {
		_, err := os.Stat(path)
		return path, err
	}
	names, err := Generations(path)
	if err == nil && len(names) == 0 {
		err = fmt.Errorf("%s has no backup: %w", path, fs.ErrNotExist)
	}
	if err != nil {
		return "", err
	}
	return filepath.Join(path, names[len(names)-1]), nil
}
