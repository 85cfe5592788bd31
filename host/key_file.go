package host

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/private"
	"github.com/enrol-sso/enrol/signup"
)

// ErrNoKeyFile means that a key file is missing although the store holds data,
// which only that key can read.
var ErrNoKeyFile = errors.New("the key file is missing, and the store is not empty")

// ReadKeyFile returns the secret key that a file holds, in the form that
// Options.SecretKey takes. The error is fs.ErrNotExist if there is no such file,
// and private.ErrNotPrivate if other users can read or change it; see
// private.Open.
func ReadKeyFile(path string) (signup.Secret, error) {
	text, err := private.ReadFile(path)
	switch {
	case errors.Is(err, syscall.ENOTDIR):
		return "", fmt.Errorf("%w: %w", fs.ErrNotExist, err)
	case errors.Is(err, fs.ErrNotExist) && private.Link(path):
		return "", errors.New(err.Error()) // the link is there, so that no key may be made
	case err != nil:
		return "", err
	}
	key := signup.Secret(text)
	if _, err := signup.ParseKeys(key); err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	return key, nil
}

// KeyFile returns the secret key that a file holds. If the file is missing and
// the store is empty, it makes the file, for its owner alone, with a new key; made
// reports that, since the caller must keep a copy. For a store that is not empty
// it never makes a key: the error is ErrNoKeyFile. Keep the file outside the
// directory of the store.
func KeyFile(ctx context.Context, path string, store kv.Store) (key signup.Secret, made bool, err error) {
	key, err = ReadKeyFile(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, false, err
	}
	entries, err := store.Scan(ctx, "", "", 1)
	switch {
	case err != nil:
		return "", false, err
	case len(entries) > 0:
		return "", false, fmt.Errorf("%s: %w", path, ErrNoKeyFile)
	}
	if key, err = makeKeyFile(path); err != nil {
		return "", false, fmt.Errorf("the key file %s cannot be made: %w", path, err)
	}
	return key, true, nil
}

// makeKeyFile makes a new key and its file. When it returns, the file is whole
// and survives a crash. A file that is already there stays as it is.
func makeKeyFile(path string) (signup.Secret, error) {
	key := NewSecretKey()
	temporary, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // with mode 0600
	if err != nil {
		return "", err
	}
	defer os.Remove(temporary.Name())
	_, err = temporary.WriteString(string(key) + "\n")
	if err == nil {
		err = temporary.Sync()
	}
	if closeErr := temporary.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = publish(temporary.Name(), path)
	}
	if err == nil {
		err = syncDir(filepath.Dir(path))
	}
	if err != nil {
		return "", err
	}
	return key, nil
}

// publish gives a file its name, unless another file has it. Without support for
// links it relies on a check just before: a store that only one process can open
// keeps others from making the same file.
func publish(temporary, path string) error {
	err := os.Link(temporary, path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(err, fs.ErrExist)
	}
	return os.Rename(temporary, path)
}
