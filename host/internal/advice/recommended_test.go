package advice

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/signuptest"
	"github.com/enrol-sso/enrol/signup/ssoconf"
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
	config, warnings, err := ssoconf.Parse(Recommended())
	if err != nil || len(warnings) != 1 {
		t.Fatal(warnings, err)
	}
	if !strings.HasPrefix(warnings[0].Message, "neither main.email_service nor main.smtp_conn is set") {
		t.Errorf("the warning is %v", warnings[0])
	}
	if config.Password.MinLength != 15 || config.Password.MinComplexity != recommendedScore || !config.Enrol.ConfirmRequiresPassword || !config.Enrol.BlockCommonPasswords || config.Enrol.RateVerify == 0 {
		t.Errorf("%+v", config)
	}
	var rules []string
	for _, finding := range lint(t, Recommended()) {
		if finding.Rule != "decide" {
			rules = append(rules, finding.Rule)
		}
	}
	if want := []string{"check", "example-sender", "example-sender"}; !slices.Equal(rules, want) {
		t.Errorf("lint finds %q, want %q, which are to be decided", rules, want)
	}
	decided := strings.NewReplacer("@example.com", "@example.org", "email_service=", "email_service=https://mail.example.org/", "DECIDE: ", "").Replace(Recommended())
	if findings := lint(t, decided); len(findings) > 0 {
		t.Errorf("once all is decided lint finds %+v", findings)
	}
}

// Only [enrol] has keys that the original lacks.
func TestRecommendedMatchesTheOriginal(t *testing.T) {
	known := map[string]bool{}
	settings, err := ssoconf.ParseSettings(Recommended())
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

// The example of reject_email refuses what its comment says.
func TestExampleOfRejectEmailMatchesItsComment(t *testing.T) {
	example := regexp.MustCompile(`(?m)^# (reject_email=.*)$`).FindStringSubmatch(Recommended())
	if example == nil {
		t.Fatal("there is no example")
	}
	for _, test := range []struct {
		entries string
		refused map[string]bool // by domain
	}{
		{example[1], map[string]bool{"throwaway.example": true, "a.throwaway.example": true, "b.a.throwaway.example": true, "athrowaway.example": false, "throwaway.example.org": false}},
		{"reject_email=@throwaway.example", map[string]bool{"throwaway.example": true, "a.throwaway.example": false}},
		{"reject_email=.throwaway.example", map[string]bool{"throwaway.example": false, "a.throwaway.example": true}},
		{"reject_email=away", map[string]bool{"throwaway.example": true, "away.example": true, "example.org": false}},
	} {
		config, _, err := ssoconf.Parse(strings.Replace(Recommended(), "\nreject_email=\n", "\n"+test.entries+"\n", 1))
		if err != nil {
			t.Fatal(err)
		}
		engine, host := newEngine(config), signuptest.New()
		for domain, refused := range test.refused {
			request := fmt.Appendf(nil, `{"ctx":{"email":"ada@%s"}}`, domain)
			answer := string(engine.Run("validate", host, request))
			if refused != strings.Contains(answer, "E002001") {
				t.Errorf("%s: ada@%s is answered %s", test.entries, domain, answer)
			}
		}
	}
}
