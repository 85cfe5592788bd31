package main

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
)

// newLogger writes a log as text, with times in UTC.
func newLogger(out io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(out, logOptions(slog.LevelInfo)))
}

// logOptions are those of a log that begins at a level.
func logOptions(level slog.Level) *slog.HandlerOptions {
	return &slog.HandlerOptions{Level: level, ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && a.Key == slog.TimeKey {
			a.Value = slog.TimeValue(a.Value.Time().UTC())
		}
		return a
	}}
}

// logging has the flags of the log of serve.
type logging struct {
	format string
	level  string
}

func (l *logging) flags(f *flags) {
	f.StringVar(&l.format, "log-format", "text", "`FORMAT` of the log on standard error: text or json")
	f.StringVar(&l.level, "log-level", "info", "least `LEVEL` of what is logged: debug, info, warn or error")
}

// logLevels are the values of --log-level.
var logLevels = map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}

// open returns the logger. With json, everything else that is printed on standard
// error becomes a line of the log too.
func (l *logging) open(c *console) (*slog.Logger, error) {
	level, ok := logLevels[l.level]
	if !ok {
		return nil, mistake("--log-level %q: give debug, info, warn or error", l.level)
	}
	switch l.format {
	case "text":
		return slog.New(slog.NewTextHandler(c.stderr, logOptions(level))), nil
	case "json":
		logger := slog.New(slog.NewJSONHandler(c.stderr, logOptions(level)))
		c.stderr = printed{logger}
		return logger, nil
	}
	return nil, mistake("--log-format %q: give text or json", l.format)
}

// printed writes what a command prints to a log.
type printed struct{ logger *slog.Logger }

// complain prints the error that ends a command.
func (c *console) complain(text string) {
	if log, ok := c.stderr.(printed); ok {
		log.logger.Error(text)
		return
	}
	fmt.Fprintln(c.stderr, text)
}

// Write implements io.Writer. Each call is one line.
func (p printed) Write(text []byte) (int, error) {
	p.logger.Info(string(bytes.TrimRight(text, "\n")))
	return len(text), nil
}
