package advice

import (
	"reflect"
	"strings"

	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// decisions finds the settings below a comment that begins with DECIDE, as in the
// file of conf init, that still have the value of that file.
func (l *linter) decisions() {
	marked := markedLines(l.text)
	offered, err := ssoconf.ParseSettings(recommended)
	if err != nil {
		panic("advice: the recommended file is invalid")
	}
	values := map[string]any{}
	for _, s := range offered {
		if s.Given() {
			values[s.Path()] = s.Value
		}
	}
	for _, s := range l.order {
		if !s.Given() || !marked[s.Line] {
			continue
		}
		if value, known := values[s.Path()]; known && !reflect.DeepEqual(s.Value, value) {
			continue
		}
		l.add(finding{Low, "decide", about(s.Path()), ""},
			"%s is not decided: the comment above it begins with DECIDE: change the value, or remove that word to keep it", s.Path())
	}
}

// markedLines returns the numbers of the lines between a comment that begins with
// DECIDE and the next empty line.
func markedLines(text string) map[int]bool {
	lines, marked := map[int]bool{}, false
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if comment, found := strings.CutPrefix(line, "#"); line == "" {
			marked = false
		} else if found && strings.HasPrefix(strings.TrimSpace(comment), "DECIDE") {
			marked = true
		}
		lines[i+1] = marked
	}
	return lines
}
