package main

import (
	"errors"
	"time"
)

// timeFlag adds a flag that is a time.
func timeFlag(f *flags, at *time.Time, name, usage string) { f.Var((*timeValue)(at), name, usage) }

// timeValue is the value of such a flag.
type timeValue time.Time

// String implements flag.Value.
func (t *timeValue) String() string {
	if t == nil || time.Time(*t).IsZero() {
		return ""
	}
	return time.Time(*t).Format(time.RFC3339)
}

// Set implements flag.Value.
func (t *timeValue) Set(text string) error {
	for _, format := range []string{time.RFC3339, time.DateOnly} {
		if at, err := time.Parse(format, text); err == nil {
			*t = timeValue(at)
			return nil
		}
	}
	return errors.New("write a time as 2026-11-28T09:00:00Z, or a day as 2026-11-28")
}
