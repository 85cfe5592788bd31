package pebble

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"

	engine "github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/redact"

	"github.com/enrol-sso/enrol/kv"
)

// damaged returns what to say if an error of the engine means that what is on
// disk is not what was written; otherwise nil.
func damaged(err error) error {
	if engine.IsCorruptionError(err) || errors.Is(err, fs.ErrNotExist) {
		return damage(redacted(err))
	}
	return nil
}

// unopenable says what an error means with which the engine refuses to open a
// directory that we know to be a store of a format we know. If it is not the
// system that complains, it is the engine, about what it reads.
func unopenable(err error) error {
	if damage := damaged(err); damage != nil {
		return damage
	}
	if system := systemError(err); system != nil {
		return system
	}
	return damage(redacted(err))
}

func damage(what string) error {
	return fmt.Errorf("%s: %w; restore the directory from a backup", what, kv.ErrDamaged)
}

func unwritable(err error) error {
	return fmt.Errorf("cannot be written: %w; name a directory in which this process may", plain(err))
}

// plain is an error of the engine without what it may tell of keys and values.
func plain(err error) error {
	if err == nil {
		return nil
	}
	if system := systemError(err); system != nil {
		return system
	}
	return errors.New(redacted(err))
}

// systemError is the error of the operating system within another one, or nil.
// It names paths and nothing else.
func systemError(err error) error {
	if inner, ok := errors.AsType[*fs.PathError](err); ok {
		return inner
	}
	if inner, ok := errors.AsType[*os.LinkError](err); ok {
		return inner
	}
	if inner, ok := errors.AsType[*os.SyscallError](err); ok {
		return inner
	}
	if inner, ok := errors.AsType[syscall.Errno](err); ok {
		return inner
	}
	return nil
}

// redacted is the text of an error or of a panic, in one line, with all that
// the engine does not know to be harmless left out.
func redacted(what any) string {
	text := redact.Sprint(what).Redact().StripMarkers()
	return strings.Join(strings.Fields(text), " ")
}
