package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/signup"
)

// secretKeyVariable may hold the secret key instead of a file.
const secretKeyVariable = "ENROL_SECRET_KEY"

// keySource is where the secret key of a data directory comes from.
type keySource struct {
	path string        // of the key file
	text signup.Secret // the key itself, where the environment has it
}

// keySourceOf takes what --key-file says, else the environment, else the file
// beside the data directory.
func keySourceOf(c *console, keyFile, data string) keySource {
	if keyFile != "" {
		return keySource{path: keyFile}
	}
	if text := c.getenv(secretKeyVariable); text != "" {
		return keySource{text: signup.Secret(text)}
	}
	return keySource{path: beside(data, ".key")}
}

// beside returns the path of a file that belongs to a directory without being
// in it.
func beside(dir, ending string) string {
	clean := filepath.Clean(dir)
	if base := filepath.Base(clean); base == "." || base == ".." {
		if absolute, err := filepath.Abs(clean); err == nil {
			clean = absolute
		}
	}
	return clean + ending
}

func (s keySource) String() string {
	if s.path == "" {
		return "the variable " + secretKeyVariable
	}
	return s.path
}

// read returns the key, "" if its file does not exist.
func (s keySource) read() (signup.Secret, error) {
	text := s.text
	if s.path != "" {
		var err error
		text, err = readSecretFile(s.path)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
			return "", nil
		}
		if err != nil {
			return "", mistake("the secret key cannot be read: %w", err)
		}
	}
	if _, err := signup.ParseKeys(text); err != nil {
		return "", mistake("%s: %w", s, err)
	}
	return text, nil
}

// create makes a new key and its file. When it returns, the file survives a
// crash, and is whole. A file that is there already stays as it is.
func (s keySource) create() (signup.Secret, error) {
	key := host.NewSecretKey()
	temporary, err := os.CreateTemp(filepath.Dir(s.path), filepath.Base(s.path)+".*") // with mode 0600
	if err != nil {
		return "", fmt.Errorf("the key file %s cannot be made: %w", s.path, err)
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
		err = publish(temporary.Name(), s.path)
	}
	if err == nil {
		err = syncDir(filepath.Dir(s.path))
	}
	if err != nil {
		return "", fmt.Errorf("the key file %s cannot be made: %w", s.path, err)
	}
	return key, nil
}

// publish gives a file its name, unless another has it. Where links are not
// supported the answer of a moment ago has to do: the data directory, which we
// hold, keeps others from making the same file.
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

func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	defer dir.Close()
	if err := dir.Sync(); err != nil && !strings.Contains(err.Error(), "invalid argument") {
		return err // some file systems cannot, and say so in this way
	}
	return nil
}
