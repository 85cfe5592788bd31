package signup

import (
	"time"

	"github.com/enrol-sso/enrol/signup/strictjson"
)

const dayMS = 24 * 60 * 60_000

// timeOf returns the time in UTC of milliseconds since 1970.
func timeOf(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

// timeIf does the same, but returns the zero time for 0.
func timeIf(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return timeOf(ms)
}

// formatTime formats milliseconds since 1970 to the second, in UTC (RFC 3339):
// 2018-02-13T15:32:24Z.
func formatTime(ms int64) string { return timeOf(ms).Format(time.RFC3339) }

// formatTimeMS formats them to the millisecond: 2018-02-13T15:32:24.007Z.
func formatTimeMS(ms int64) string {
	return timeOf(ms).Format("2006-01-02T15:04:05.000Z07:00")
}

// formatTimeIf formats them to the second, and 0 as "".
func formatTimeIf(ms int64) string {
	if ms == 0 {
		return ""
	}
	return formatTime(ms)
}

// timeMember visits a time, to the second.
func timeMember(m *strictjson.Members, name string, at *time.Time) {
	text := ""
	if !m.Reading() {
		text = at.UTC().Format(time.RFC3339)
	}
	m.String(name, &text)
	if m.IsTime(); text == "" || !m.Reading() {
		return
	}
	read, err := time.Parse(time.RFC3339, text)
	if err != nil {
		m.Fail(name, "must be a time")
	}
	*at = read
}

// optionalTime visits a time that is omitted if it is zero.
func optionalTime(m *strictjson.Members, name string, at *time.Time) {
	if m.Reading() || !at.IsZero() {
		timeMember(m.Optional(), name, at)
	}
}

// nullTime visits a time to the millisecond, null if it is zero.
func nullTime(m *strictjson.Members, name string, at *time.Time) {
	text := ""
	if !m.Reading() && !at.IsZero() {
		text = formatTimeMS(at.UnixMilli())
	}
	m.NullString(name, &text)
	if m.IsTime(); text == "" || !m.Reading() {
		return
	}
	read, err := time.Parse(time.RFC3339, text)
	if err != nil {
		m.Fail(name, "must be a time")
	}
	*at = read
}

// exactTime visits a time to the millisecond that is omitted if it is zero.
func exactTime(m *strictjson.Members, name string, at *time.Time) {
	if m.Reading() || !at.IsZero() {
		nullTime(m.Optional(), name, at)
	}
}
