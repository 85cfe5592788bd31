package pebble

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// The seal is a file that Close leaves and Open removes. It lists the files
// that the engine reads leniently, with their checksums. The engine must treat
// unreadable data at the end of a manifest or a log as the result of a crash:
// it drops the data, and deletes the tables that it then does not know. After a
// Close there was no crash, and the seal finds all such damage. Tables need no
// seal: the manifest has their sizes, and all their blocks have checksums.
const (
	sealFile    = "CLOSED"
	sealingFile = "CLOSED.making"
)

// seal is called when the engine is closed.
func seal(disk vfs.FS, dir string) error {
	text, err := describe(disk, dir)
	if err != nil {
		return err
	}
	if err := writeFile(disk, disk.PathJoin(dir, sealingFile), text); err != nil {
		return err
	}
	if err := disk.Rename(disk.PathJoin(dir, sealingFile), disk.PathJoin(dir, sealFile)); err != nil {
		return err
	}
	return syncDir(disk, dir)
}

// unseal is called before the engine is opened. It compares, and then removes
// the seal before anything changes.
func unseal(disk vfs.FS, dir string) error {
	name := disk.PathJoin(dir, sealFile)
	told, err := readFile(disk, name)
	if errors.Is(err, fs.ErrNotExist) {
		return checkManifest(disk, dir) // the store was not closed: there was a crash
	}
	if err != nil {
		return err
	}
	found, err := describe(disk, dir)
	if err != nil {
		return err
	}
	if found != told {
		return damage(differing(told, found) + " is not what it was when the store was closed")
	}
	if err := disk.Remove(name); err != nil {
		return err
	}
	return syncDir(disk, dir)
}

// describe lists the existing sealed files, one per line: checksum, size and
// name. The last line has a checksum of the others.
func describe(disk vfs.FS, dir string) (string, error) {
	names, err := disk.List(dir)
	if err != nil {
		return "", err
	}
	slices.Sort(names)
	var text strings.Builder
	for _, name := range names {
		if !isSealed(name) {
			continue
		}
		sum, size, err := checksum(disk, disk.PathJoin(dir, name))
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&text, "%08x %d %s\n", sum, size, name)
	}
	fmt.Fprintf(&text, "%08x\n", crc32.ChecksumIEEE([]byte(text.String())))
	return text.String(), nil
}

func isSealed(name string) bool {
	return name == formatFile || strings.HasSuffix(name, ".log") || strings.HasPrefix(name, "marker.") ||
		strings.HasPrefix(name, "MANIFEST-") || strings.HasPrefix(name, "OPTIONS-")
}

func checksum(disk vfs.FS, name string) (sum uint32, size int64, err error) {
	file, err := disk.Open(name)
	if err != nil {
		return 0, 0, err
	}
	defer file.Close()
	hash := crc32.New(crc32.MakeTable(crc32.Castagnoli))
	size, err = io.Copy(hash, file)
	return hash.Sum32(), size, err
}

// differing returns the name of a file whose line differs, or the name of the
// seal if the seal is damaged.
func differing(told, found string) string {
	body, last := cutLast(told)
	if sum, err := strconv.ParseUint(last, 16, 32); err != nil || uint32(sum) != crc32.ChecksumIEEE([]byte(body)) {
		return sealFile
	}
	lines := strings.Split(found, "\n")
	for line := range strings.Lines(body) {
		line = strings.TrimSuffix(line, "\n")
		if !slices.Contains(lines, line) {
			return line[strings.LastIndexByte(line, ' ')+1:]
		}
	}
	return "the list of files"
}

// cutLast splits a text before its last line.
func cutLast(text string) (body, last string) {
	trimmed := strings.TrimSuffix(text, "\n")
	i := strings.LastIndexByte(trimmed, '\n')
	return trimmed[:i+1], trimmed[i+1:]
}
