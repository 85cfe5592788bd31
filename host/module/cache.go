package module

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/tetratelabs/wazero"

	"github.com/enrol-sso/enrol/kv/private"
)

// sumSuffix is the suffix of a file with the SHA-256 of another file.
const sumSuffix = ".sha256"

// openCache opens a directory of compiled modules. Their code is executed, so
// the directory must belong to this user alone. openCache refuses other
// directories, and removes files whose sums do not match, or all files if
// others could write to the directory. wazero checks the machine code in them,
// but not where its functions start.
func openCache(dir string, logger *slog.Logger) (wazero.CompilationCache, error) {
	if private.Link(dir) {
		return nil, fmt.Errorf("%s is a symbolic link", dir)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	foreign := false // others could write to it
	for _, each := range append([]string{dir}, cacheDirs(dir)...) {
		before, err := private.Dir(each)
		if err != nil {
			return nil, err
		}
		if private.Tightened(before) {
			logger.Info("the directory of compiled modules was open to other users, and has been closed to them", "dir", each, "mode", fmt.Sprintf("%04o", before))
		}
		foreign = foreign || before&0o022 != 0
	}
	for _, path := range cached(dir) {
		if !foreign && isOwn(path) && isOwn(path+sumSuffix) && isSealed(path) {
			continue
		}
		for _, name := range []string{path, path + sumSuffix} {
			if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, err
			}
		}
	}
	return wazero.NewCompilationCacheWithDir(dir)
}

// cacheDirs lists the directories in a cache, one per version of wazero.
func cacheDirs(dir string) []string {
	paths, _ := filepath.Glob(filepath.Join(dir, "wazero-*")) // no error: the pattern is sound
	return paths
}

// isOwn reports whether a file is a regular file of this user.
func isOwn(path string) bool {
	before, err := private.File(path)
	return err == nil && before&0o022 == 0
}

// cached lists the compiled modules in a cache, by wazero's names, and no other
// files.
func cached(dir string) []string {
	paths, _ := filepath.Glob(filepath.Join(dir, "wazero-*", "*")) // no error: the pattern is sound
	var list []string
	for _, path := range paths {
		name := filepath.Base(path)
		if _, err := hex.DecodeString(name); err == nil && len(name) == 2*sha256.Size {
			list = append(list, path)
		}
	}
	return list
}

func isSealed(path string) bool {
	sealed, err := os.ReadFile(path + sumSuffix)
	if err != nil {
		return false
	}
	sum, err := fileSum(path)
	return err == nil && string(sealed) == sum
}

// sealCache writes the sums of newly compiled modules. If one cannot be
// written, the next start compiles again.
func sealCache(dir string) {
	for _, path := range cached(dir) {
		if _, err := os.Stat(path + sumSuffix); err == nil {
			continue
		}
		if sum, err := fileSum(path); err == nil {
			os.WriteFile(path+sumSuffix, []byte(sum), 0o600)
		}
	}
}

func fileSum(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
