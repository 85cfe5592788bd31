// Package printout writes what commands print, one thing per line. The command of the
// Go host and the command of the npm package share it, so that they print the same.
package printout

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// Notices writes notices, one per line, with their places.
func Notices(out io.Writer, path, kind string, notices []ssoconf.Notice) {
	for _, notice := range notices {
		place := path
		if notice.Line > 0 {
			place = fmt.Sprintf("%s:%d:%d", path, notice.Line, notice.Column)
		}
		fmt.Fprintln(out, OneLine(place+": "+kind+notice.Message))
	}
}

// Count returns a number with its noun.
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// OneLine turns a text into one line without control characters.
func OneLine(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, text)
}

// JSON writes values as JSON, one per line.
func JSON[T any](out io.Writer, values []T) error {
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	for _, value := range values {
		if err := lines.Encode(value); err != nil {
			return err
		}
	}
	return nil
}
