package signup

import (
	"errors"
	"fmt"
)

const redacted = "[redacted]"

// Secret is text that must not be printed: a password or a token. Formatting
// it in any way gives "[redacted]" and marshalling it is an error; string(s)
// is the deliberate way to the text.
type Secret string

// String returns "[redacted]".
func (Secret) String() string { return redacted }

// GoString returns "[redacted]".
func (Secret) GoString() string { return redacted }

// Format writes "[redacted]" whatever the verb.
func (Secret) Format(state fmt.State, _ rune) { state.Write([]byte(redacted)) }

// MarshalText returns an error, so that no encoder writes the text by accident.
func (Secret) MarshalText() ([]byte, error) {
	return nil, errors.New("signup: a Secret is not to be marshalled")
}
