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

// damaged returns an ErrDamaged if an error of the engine means that the data
// on disk is not what was written; otherwise nil.
func damaged(err error) error {
	if engine.IsCorruptionError(err) || errors.Is(err, fs.ErrNotExist) {
		return damage(redacted(err))
	}
	return nil
}

// unopenable translates the error with which the engine refuses to open a
// directory that is known to be a store of a known format. An error that is not
// the system's is about the data.
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

// plain is an error of the engine without keys and values.
func plain(err error) error {
	if err == nil {
		return nil
	}
	if system := systemError(err); system != nil {
		return system
	}
	return errors.New(redacted(err))
}

// systemError returns the error of the operating system within another error,
// or nil. It contains only paths.
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

// redacted returns the text of an error or a panic, in one line, without the
// parts that the engine does not mark as safe.
func redacted(what any) string {
	text := redact.Sprint(what).Redact().StripMarkers()
	return strings.Join(strings.Fields(text), " ")
}
