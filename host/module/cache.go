package module

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tetratelabs/wazero"
)

// sumSuffix ends the name of a file with the SHA-256 of the one beside it.
const sumSuffix = ".sha256"

// openCache opens a directory of compiled modules. What lies there is run: it
// has to be this user's, nobody else may write there, and files that are not
// as they were sealed are removed. wazero checks the machine code in them, but
// not where its functions begin.
func openCache(dir string) (wazero.CompilationCache, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return nil, err
	case info.Mode().Perm()&0o022 != 0:
		return nil, fmt.Errorf("%s can be written by others", dir)
	case ownedByAnother(info):
		return nil, fmt.Errorf("%s belongs to another user", dir)
	}
	for _, path := range cached(dir) {
		if isSealed(path) {
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

// cached lists the compiled modules in a cache, by the names that wazero gives
// them, and nothing else that may be there.
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

// sealCache writes the sums of the modules that have just been compiled. One
// that cannot be written costs a compilation at the next start.
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
