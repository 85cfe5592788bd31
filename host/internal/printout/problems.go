package printout

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"

	"github.com/enrol-sso/enrol/signup/fsck"
)

// Problems writes what was found in a store, as KEY: problem.
func Problems(to io.Writer, findings []fsck.Finding) error {
	out := bufio.NewWriter(to)
	for _, finding := range findings {
		fmt.Fprintf(out, "%s: %s\n", printable(finding.Key), OneLine(finding.Problem))
	}
	return out.Flush()
}

// Damaged says how many problems there are in data, and what to do.
func Damaged(data string, findings []fsck.Finding) string {
	return fmt.Sprintf("%s in %s: keep a copy of the data, and restore a backup if accounts are affected",
		Count(len(findings), "problem"), data)
}

// printable returns a key unchanged, or quoted if it is not one word.
func printable(key string) string {
	odd := func(r rune) bool { return !unicode.IsGraphic(r) || unicode.IsSpace(r) || r == unicode.ReplacementChar }
	if key == "" || strings.ContainsFunc(key, odd) {
		return strconv.Quote(key)
	}
	return key
}
