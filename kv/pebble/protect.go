package pebble

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/enrol-sso/enrol/kv/private"
)

// ownMode is the mode of every file in the directory.
const ownMode fs.FileMode = 0o600

// protect makes an existing directory and its content this user's alone: it
// contains users' names and addresses. It corrects modes that gave others any
// right, and refuses files of another user and links. It is for directories
// with a store, or empty ones.
func protect(disk vfs.FS, dir string, out *slog.Logger) error {
	if disk != vfs.Default {
		return nil // it is in memory
	}
	before, err := private.Dir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if private.Tightened(before) {
		out.Warn("kv/pebble: the directory was open to other users, and has been closed to them: if they could write there, compare the data with a backup",
			"dir", dir, "mode", fmt.Sprintf("%04o", before))
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	tightened := 0
	for _, entry := range entries {
		if slices.Contains([]string{"lost+found", checkpointName, restoringName}, entry.Name()) {
			continue // root's, at the top of a volume; copies that nobody else reaches here
		}
		before, err := private.File(filepath.Join(dir, entry.Name()))
		if errors.Is(err, fs.ErrNotExist) {
			continue // a process that has the store open removed it
		}
		if err != nil {
			return err
		}
		if private.Tightened(before) {
			tightened++
		}
	}
	if tightened > 0 {
		out.Info("kv/pebble: files of the store were open to other users, and have been closed to them", "dir", dir, "files", tightened)
	}
	return nil
}

// own sets the mode of a new file, which the engine leaves to the umask. On a
// file system that cannot do that, the mode of the directory must suffice.
func own(disk vfs.FS, name string) {
	if disk == vfs.Default {
		_ = os.Chmod(name, ownMode)
	}
}
