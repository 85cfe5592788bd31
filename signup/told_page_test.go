package signup

import (
	"os"
	"regexp"
	"testing"
)

// The page of status codes names the setting that makes each code visible.
func TestPageOfCodesNamesTheSettingOfEachCode(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../host/docs/codes.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile(`(?m)^\| ([EW]\d{6}) \|.*\| (?:\x60([a-z_.]+)\x60|always) \|$`).FindAllSubmatch(page, -1)
	settings := map[string]bool{}
	for _, row := range rows {
		if string(row[2]) != "" {
			settings[string(row[2])] = true
		}
	}
	if len(rows) < 30 || len(settings) < 10 {
		t.Fatalf("the page has %d codes and %d settings", len(rows), len(settings))
	}
	told := func(value func(setting string) string) map[Code]bool {
		var changes []string
		for setting := range settings {
			changes = append(changes, setting+"="+value(setting))
		}
		engine := newWorld(t, changes...).engine
		result := map[Code]bool{}
		for _, row := range rows {
			code := Code(row[1])
			result[code] = engine.told(code)
		}
		return result
	}
	for code, is := range told(func(string) string { return "False" }) {
		for _, row := range rows {
			if Code(row[1]) == code && is != (string(row[2]) == "") {
				t.Errorf("%s: with all settings off, it is visible: %v", code, is)
			}
		}
	}
	for setting := range settings {
		result := told(func(other string) string {
			if other == setting {
				return "True"
			}
			return "False"
		})
		for _, row := range rows {
			if own := string(row[2]) == setting || string(row[2]) == ""; result[Code(row[1])] != own {
				t.Errorf("%s: with only %s, it is visible: %v", row[1], setting, !own)
			}
		}
	}
}
