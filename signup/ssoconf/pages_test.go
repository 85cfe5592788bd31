package ssoconf

import (
	"slices"
	"testing"
)

func TestPagesOfApplications(t *testing.T) {
	const head = "[password]\nexpiry=0\n[apps]\nsignup_allowed=CRM\n[signup]\nis_approval_needed=False\nemail_confirm_enabled=False\nemail_welcome_enabled=False\n[enrol_pages]\n"
	for text, want := range map[string]string{
		"name=Ours\n[[CRM]]\ncolor=ffffff": "",
		"[[CRN]]\nname=Ours":               `line 10, column 1: enrol_pages: "CRN" is not in apps.all, so the section has no effect: did you mean CRM?`,
		"[[CRM]]\nlgoo=logo.svg":           `line 11, column 1: enrol_pages.CRM: the key "lgoo" is not known and has no effect: did you mean logo?`,
		"[[CRM]]\n[[[more]]]":              `line 11, column 1: the section "more" is inside CRM and has no effect: remove it, or one pair of its brackets`,
		"lgoo=logo.svg":                    `line 10, column 1: enrol_pages: the key "lgoo" is not known and has no effect: did you mean logo?`,
	} {
		_, warnings, err := Parse(head + text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
		}
		var got []string
		for _, w := range warnings {
			got = append(got, w.String())
		}
		if want == "" && got != nil || want != "" && !slices.Equal(got, []string{want}) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	if _, _, err := Parse(head + "[[CRM]]\nname=a, b"); err == nil || err.Error() != "sso.conf: line 11, column 6: enrol_pages.CRM.name: this is a list, not one value: remove the commas, or put quotes around it" {
		t.Errorf("a list: %v", err)
	}
}

func TestSettingsHaveThePagesOfApplications(t *testing.T) {
	settings, err := ParseSettings("[enrol_pages]\nname=Ours\n[[CRM]]\nname=Theirs\n")
	if err != nil {
		t.Fatal(err)
	}
	want := Setting{Section: "enrol_pages.CRM", Name: "name", Value: "Theirs", Default: "Ours", Line: 4, Column: 6}
	if !slices.ContainsFunc(settings, func(s Setting) bool { return s.Path() == want.Path() && s == want }) {
		t.Errorf("the settings lack %+v: %+v", want, settings[len(settings)-1])
	}
}
