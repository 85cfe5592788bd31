package signup

import "fmt"

// Milliseconds in a day, and days from 0000-03-01, with which the years below
// begin, to 1970-01-01.
const (
	dayMS     = 24 * 60 * 60_000
	epochDays = 719_468
)

// Days of the Gregorian calendar. Years are counted from March, so that the
// day that comes every fourth year is the last of its year.
const (
	yearDays    = 365
	fourYears   = 4*yearDays + 1
	century     = 25*fourYears - 1
	fourHundred = 4*century + 1
)

// formatTime writes a time as the reference does: UTC, to the second, like
// 2018-02-13T15:32:24. The time is in milliseconds since 1970, and not before.
//
// Package time would do, but for the size of its formats and zones in the
// module.
func formatTime(ms int64) string {
	year, month, day := date(ms / dayMS)
	seconds := ms % dayMS / 1_000
	return fmt.Sprintf("%04d-%02d-%02dT%02d:%02d:%02d", year, month, day, seconds/3_600, seconds/60%60, seconds%60)
}

// formatTimeMS writes it to the millisecond, with the "Z" of UTC (RFC 3339).
func formatTimeMS(ms int64) string {
	return fmt.Sprintf("%s.%03dZ", formatTime(ms), ms%1_000)
}

// date is the day of the Gregorian calendar that is so many days after
// 1970-01-01.
func date(days int64) (year, month, day int64) {
	days += epochDays
	year, days = 400*(days/fourHundred), days%fourHundred
	// The last day of four centuries, and of four years, is one more than the
	// centuries and the years before it have.
	n := min(days/century, 3)
	year, days = year+100*n, days-n*century
	year, days = year+4*(days/fourYears), days%fourYears
	n = min(days/yearDays, 3)
	year, days = year+n, days-n*yearDays
	// From March on, five months have 153 days, wherever they begin.
	month = (5*days + 2) / 153
	day = days - (153*month+2)/5 + 1
	if month < 10 {
		return year, month + 3, day
	}
	return year + 1, month - 9, day
}
