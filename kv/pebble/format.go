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
	// formatFile identifies the format of the directory. It exists once the store
	// is complete, and is checked before the engine may change anything.
	formatFile = "FORMAT"

	// makingFile exists instead while a store is being created. Other files in the
	// directory were never used then, and are created again.
	makingFile = "FORMAT.making"

	// format increases when older versions could not read the data.
	format = 1

	// engineFormat is the engine's own format. It is fixed instead of "the
	// newest", so that an update of the engine does not lock out the previous
	// version.
	engineFormat = engine.FormatValueSeparation

	formatName = "enrol kv/pebble "
)

// formatLine is the content of the format file: one readable line, with a
// checksum, so that a damaged number does not look like a newer format.
func formatLine(n int) string {
	line := formatName + strconv.Itoa(n)
	return fmt.Sprintf("%s %08x\n", line, crc32.ChecksumIEEE([]byte(line)))
}

// checkFormat refuses a format that this version cannot read.
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

// checkEngineFormat checks the engine's markers, which are names of empty
// files: if one were missing, the engine would treat the directory as new.
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

// beginFormat marks the directory: a store is being created.
func beginFormat(disk vfs.FS, dir string) error {
	if err := writeFile(disk, disk.PathJoin(dir, makingFile), formatLine(format)); err != nil {
		return err
	}
	return syncDir(disk, dir)
}

// endFormat marks the store as complete.
func endFormat(disk vfs.FS, dir string) error {
	if err := disk.Rename(disk.PathJoin(dir, makingFile), disk.PathJoin(dir, formatFile)); err != nil {
		return err
	}
	return syncDir(disk, dir)
}
