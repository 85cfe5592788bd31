package main

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"

	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/signuptest"
)

// world is a deterministic host: its clock moves only when a scenario moves it, its random
// bytes come from a counter, and its services return fixed answers.
type world struct {
	*signuptest.Host
	services map[string]func(signup.ServiceCall) (string, error)
	noKDF    bool // leave password hashing to the core
}

func newWorld() *world {
	w := &world{Host: signuptest.New(), services: map[string]func(signup.ServiceCall) (string, error){}}
	w.Random = &counter{}
	w.Services = w.call
	w.Derive = w.derive
	return w
}

// Times for moving the clock, in milliseconds.
const (
	second = 1_000
	minute = 60 * second
	day    = 24 * 60 * minute
)

// counter draws the hashes of 1, 2, 3 and so on. It discards the part of a hash
// that a read does not need.
type counter struct{ blocks uint64 }

func (c *counter) Read(p []byte) (int, error) {
	for n := 0; n < len(p); {
		c.blocks++
		block := sha256.Sum256(binary.BigEndian.AppendUint64([]byte("transcript "), c.blocks))
		n += copy(p[n:], block[:])
	}
	return len(p), nil
}

func (w *world) call(call signup.ServiceCall) (string, error) {
	service := w.services[call.Service]
	if service == nil {
		return "", errors.New("there is no such service")
	}
	return service(call)
}

func (w *world) derive(params signup.KDFParams, password, salt []byte) ([]byte, error) {
	if w.noKDF {
		return nil, signup.ErrNoKDF
	}
	return signup.DeriveKey(params, password, salt)
}
