package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host/internal/advice"
)

// TestSettingsOfThePageAboutMailsFitTheNewConf writes the lines of the page into the
// sections of a new sso.conf, as the page says.
func TestSettingsOfThePageAboutMailsFitTheNewConf(t *testing.T) {
	page, err := os.ReadFile("../../docs/mail.md")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile("(?s)```ini\n(.*?)```").FindStringSubmatch(string(page))
	if found == nil {
		t.Fatal("the page has no settings")
	}
	conf, section := advice.Recommended(), ""
	for line := range strings.Lines(found[1]) {
		key, _, isSetting := strings.Cut(line, "=")
		switch {
		case strings.HasPrefix(line, "["):
			if section = line; strings.Count(conf, "\n"+section) != 1 {
				t.Fatalf("a new sso.conf has no section %s", section)
			}
		case isSetting:
			conf = regexp.MustCompile("(?m)^"+key+"=.*\n").ReplaceAllString(conf, "")
			conf = strings.Replace(conf, "\n"+section, "\n"+section+line, 1)
		}
	}
	h := newWorkdir(t)
	h.write("sso.conf", conf, 0o600)
	h.run("", "conf", "check", "sso.conf").want(exitMistake, "1 error")
	h.write("smtp.password", testSMTPPassword, 0o600)
	if got := h.run("", "conf", "check", "sso.conf").want(exitOK).stdout; got != "" {
		t.Errorf("conf check prints %s", got)
	}
}
