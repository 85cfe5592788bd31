package printout

import (
	"fmt"
	"io"

	"github.com/enrol-sso/enrol/host/internal/advice"
)

// Serious counts the findings that fail with --strict.
func Serious(findings []advice.Finding) int {
	n := 0
	for _, finding := range findings {
		if finding.Severity != advice.Low {
			n++
		}
	}
	return n
}

// Findings writes findings as text.
func Findings(out io.Writer, path string, findings []advice.Finding) error {
	for _, f := range findings {
		place, source := path, f.Rule
		if f.Line > 0 {
			place = fmt.Sprintf("%s:%d:%d", path, f.Line, f.Column)
		}
		if f.Clause != "" {
			source += "; " + f.Clause
		}
		if _, err := fmt.Fprintln(out, OneLine(fmt.Sprintf("%s: %s: %s [%s]", place, f.Severity, f.Message, source))); err != nil {
			return err
		}
	}
	return nil
}
