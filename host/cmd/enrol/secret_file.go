package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"

	"github.com/enrol-sso/enrol/signup"
)

// maxSecretFile bounds a file with a secret, in bytes.
const maxSecretFile = 8 << 10

// readSecretFile reads a file that only its owner may read, without the white
// space around its content.
func readSecretFile(path string) (signup.Secret, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return "", err
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
		return "", fmt.Errorf("%s can be read or written by others (its mode is %04o): run chmod 600 %s", path, mode, path)
	}
	text, err := io.ReadAll(io.LimitReader(file, maxSecretFile+1))
	if err != nil {
		return "", err
	}
	if len(text) > maxSecretFile {
		return "", fmt.Errorf("%s is too large to be what it should be", path)
	}
	return signup.Secret(strings.TrimSpace(string(text))), nil
}
