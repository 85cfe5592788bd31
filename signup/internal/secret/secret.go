// Package secret holds the type of passwords, tokens and keys. It prints as
// "[redacted]".
package secret

import (
	"errors"
	"fmt"
)

// Redacted is printed in place of secrets.
const Redacted = "[redacted]"

// Text is text that must not be printed, such as a password or a token. Every
// format prints "[redacted]", and marshalling it is an error. Only string(s)
// returns the text.
type Text string

// String returns "[redacted]".
func (Text) String() string { return Redacted }

// GoString returns "[redacted]".
func (Text) GoString() string { return Redacted }

// Format writes "[redacted]" for every verb.
func (Text) Format(state fmt.State, _ rune) { state.Write([]byte(Redacted)) }

// MarshalText returns an error, so that no encoder writes the text by accident.
func (Text) MarshalText() ([]byte, error) {
	return nil, errors.New("signup: a Secret must not be marshalled")
}
