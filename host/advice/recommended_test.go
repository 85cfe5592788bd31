package advice

import (
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup"
)

func lint(t *testing.T, text string) []Finding {
	t.Helper()
	findings, err := Lint(text)
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return findings
}

func TestRecommendedIsWhatLintAsksFor(t *testing.T) {
	config, warnings, err := signup.ParseConfig(Recommended())
	if err != nil || len(warnings) != 1 {
		t.Fatal(warnings, err)
	}
	if !strings.HasPrefix(warnings[0].Message, "neither main.email_service nor main.smtp_conn is set") {
		t.Errorf("the warning is %v", warnings[0])
	}
	if config.Password.MinLength != 15 || !config.Enrol.ConfirmRequiresPassword || !config.Enrol.BlockCommonPasswords || config.Enrol.RateVerify == 0 {
		t.Errorf("%+v", config)
	}
	var rules []string
	for _, finding := range lint(t, Recommended()) {
		rules = append(rules, finding.Rule)
	}
	if want := []string{"check", "example-sender", "example-sender"}; !slices.Equal(rules, want) {
		t.Errorf("lint finds %q, want %q, which are to be decided", rules, want)
	}
	decided := strings.NewReplacer("@example.com", "@example.org", "email_service=", "email_service=https://mail.example.org/").Replace(Recommended())
	if findings := lint(t, decided); len(findings) > 0 {
		t.Errorf("once all is decided lint finds %+v", findings)
	}
}

// Only [enrol] has keys that the original does not know.
func TestRecommendedFitsTheOriginal(t *testing.T) {
	known := map[string]bool{}
	settings, err := signup.ParseSettings(Recommended())
	if err != nil {
		t.Fatal(err)
	}
	given := 0
	for _, s := range settings {
		known[s.Path()] = true
		if s.Given() {
			given++
		}
	}
	section, keys := "", 0
	for line := range strings.Lines(Recommended()) {
		switch line = strings.TrimSpace(line); {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			section = strings.Trim(line, "[]")
		default:
			name, _, _ := strings.Cut(line, "=")
			if keys++; !known[section+"."+name] {
				t.Errorf("%s.%s is not known", section, name)
			}
		}
	}
	if section != "enrol" || keys != given {
		t.Errorf("[%s] is the last section; %d keys are written, and %d given", section, keys, given)
	}
}
