package printout

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/enrol-sso/enrol/host/internal/advice"
)

// Settings writes settings as text.
func Settings(out io.Writer, path string, settings []advice.Explanation) error {
	section := ""
	for _, s := range settings {
		own, name, _ := strings.Cut(s.Key, ".")
		if own != section {
			if section != "" {
				own = "\n[" + own
			} else {
				own = "[" + own
			}
			if _, err := fmt.Fprintln(out, own+"]"); err != nil {
				return err
			}
			section, _, _ = strings.Cut(s.Key, ".")
		}
		origin := string(s.Origin)
		if s.Line > 0 {
			origin = fmt.Sprintf("%s:%d:%d", path, s.Line, s.Column)
		}
		if _, err := fmt.Fprintf(out, "%s = %s  (%s)\n    %s\n", name, written(s.Value), OneLine(origin), s.Meaning); err != nil {
			return err
		}
	}
	return nil
}

// written returns a value as in an sso.conf, except that long lists are cut.
func written(value any) string {
	const most = 8 // entries of a list
	switch v := value.(type) {
	case bool:
		if v {
			return "True"
		}
		return "False"
	case int:
		return strconv.Itoa(v)
	case string:
		return writtenText(v)
	case []string:
		if len(v) == 0 {
			return "nothing"
		}
		var texts []string
		for _, text := range v[:min(most, len(v))] {
			texts = append(texts, writtenText(text))
		}
		list := strings.Join(texts, ", ")
		if len(v) > most {
			list += fmt.Sprintf(" … (%d in all)", len(v))
		}
		return list
	}
	return "without effect"
}

// writtenText quotes a text that would be ambiguous without quotes.
func writtenText(text string) string {
	if text == "" || strings.ContainsAny(text, ",#'\" ") || strconv.Quote(text) != `"`+text+`"` {
		return strconv.Quote(text)
	}
	return text
}
