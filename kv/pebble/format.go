package pebble

import (
	"fmt"
	"hash/crc32"
	"strconv"
	"strings"

	engine "github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/atomicfs"

	"github.com/enrol-sso/enrol/kv"
)

const (
	// formatFile says what wrote the directory. It is there once the store has
	// been made in full, and is looked at before the engine may change anything.
	formatFile = "FORMAT"

	// makingFile is there instead while a store is being made. What else is in
	// the directory then was never used, and is made anew.
	makingFile = "FORMAT.making"

	// format counts up when older versions could not read what we write.
	format = 1

	// engineFormat is the engine's own. It is named, not "the newest", so that
	// an update of the engine does not lock out the version before it.
	engineFormat = engine.FormatValueSeparation

	formatName = "enrol kv/pebble "
)

// formatLine is the content of the format file: one line to be read by people,
// with a checksum, so that a damaged number is not taken for a newer one.
func formatLine(n int) string {
	line := formatName + strconv.Itoa(n)
	return fmt.Sprintf("%s %08x\n", line, crc32.ChecksumIEEE([]byte(line)))
}

// checkFormat refuses what was not written in a format that we can read.
func checkFormat(disk vfs.FS, dir string) error {
	line, err := readFile(disk, disk.PathJoin(dir, formatFile))
	if err != nil {
		return err
	}
	number, _, _ := strings.Cut(strings.TrimPrefix(line, formatName), " ")
	n, err := strconv.Atoi(number)
	if err != nil || line != formatLine(n) || n < 1 {
		return damage(formatFile + " does not say what was written")
	}
	if n > format {
		return newer("format", uint64(n), format)
	}
	return checkEngineFormat(disk, dir)
}

// checkEngineFormat looks at the engine's markers, which are names of empty
// files: if one were missing, the engine would take the directory for a new one.
func checkEngineFormat(disk vfs.FS, dir string) error {
	version, err := atomicfs.ReadMarker(disk, dir, "format-version")
	if err != nil {
		return unopenable(err)
	}
	n, err := strconv.ParseUint(version, 10, 64)
	if err != nil {
		return damage("the marker of the engine's format is missing or wrong")
	}
	if n > uint64(engine.FormatNewest) {
		return newer("engine format", n, uint64(engine.FormatNewest))
	}
	manifest, err := atomicfs.ReadMarker(disk, dir, "manifest")
	if err != nil {
		return unopenable(err)
	}
	if manifest == "" {
		return damage("the marker of the manifest is missing")
	}
	return nil
}

func newer(what string, has, known uint64) error {
	return fmt.Errorf("%s %d, known up to %d: %w; install that version or a later one", what, has, known, kv.ErrNewer)
}

// beginFormat marks the directory as one in which a store is being made.
func beginFormat(disk vfs.FS, dir string) error {
	if err := writeFile(disk, disk.PathJoin(dir, makingFile), formatLine(format)); err != nil {
		return err
	}
	return syncDir(disk, dir)
}

// endFormat marks the store as made.
func endFormat(disk vfs.FS, dir string) error {
	if err := disk.Rename(disk.PathJoin(dir, makingFile), disk.PathJoin(dir, formatFile)); err != nil {
		return err
	}
	return syncDir(disk, dir)
}
