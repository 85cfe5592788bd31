package pebble

import (
	"fmt"
	"strings"

	engine "github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/redact"
)

// logger passes on the engine's messages, without keys and values.
type logger struct{ failure *failure }

// Infof discards messages about routine work.
func (l logger) Infof(string, ...any) {}

func (l logger) Errorf(format string, args ...any) {
	l.failure.out.Warn("kv/pebble: the engine reports an error", "error", line(format, args))
}

// Fatalf must not return: the engine would continue with data that it knows to
// be wrong. Nor may it end the process.
func (l logger) Fatalf(format string, args ...any) {
	l.failure.report(fmt.Errorf("the engine gave up: %s", line(format, args)))
	park()
}

func line(format string, args []any) string {
	text := redact.Sprintf(format, args...).Redact().StripMarkers()
	return strings.Join(strings.Fields(text), " ")
}

// listener ends the store when the engine finds damage, or fails in the
// background, where no caller would notice. It blocks the goroutine that
// reports it: the engine would retry without a pause.
func (l logger) listener() *engine.EventListener {
	return &engine.EventListener{
		BackgroundError: func(err error) {
			cause := damaged(err)
			if cause == nil {
				cause = fmt.Errorf("in the background: %w", plain(err))
			}
			l.failure.report(cause)
			park()
		},
		DataCorruption: func(info engine.DataCorruptionInfo) {
			name := info.Path[strings.LastIndexByte(info.Path, '/')+1:]
			l.failure.report(damage(name + " does not hold what was written"))
			park()
		},
	}
}
