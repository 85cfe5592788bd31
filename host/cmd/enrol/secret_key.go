package main

import (
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/signup"
)

// secretKeyVariable can hold the secret key instead of a file.
const secretKeyVariable = "ENROL_SECRET_KEY"

// keySource is where the secret key of a data directory comes from.
type keySource struct {
	path string        // of the key file
	text signup.Secret // the key itself, if it comes from the environment
}

// keySourceOf returns the source that --key-file names, else the environment,
// else the file next to the data directory.
func keySourceOf(c *console, keyFile, data string) keySource {
	if keyFile != "" {
		return keySource{path: keyFile}
	}
	if text := c.getenv(secretKeyVariable); text != "" {
		return keySource{text: signup.Secret(text)}
	}
	return keySource{path: nextTo(data, ".key")}
}

// nextTo returns the path of a file next to a directory.
func nextTo(dir, ending string) string {
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
	if s.path == "" {
		if _, err := signup.ParseKeys(s.text); err != nil {
			return "", mistake("%s: %w", s, err)
		}
		return s.text, nil
	}
	key, err := host.ReadKeyFile(s.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", mistake("the secret key cannot be read: %w", err)
	}
	return key, nil
}

// existing returns the key, and refuses a file that does not exist.
func (s keySource) existing() (signup.Secret, error) {
	text, err := s.read()
	if err == nil && text == "" {
		err = mistake("there is no key file %s: name another directory with --data, or start with enrol serve", s)
	}
	return text, err
}
