package ssoconf

import (
	"strings"
	"testing"
)

func TestEntriesOfServicesAreChecked(t *testing.T) {
	t.Parallel()
	const head = "[apps]\nsignup_allowed=CRM\n[main]\nemail_service=my.email\n[enrol_services]\n"
	for entry, want := range map[string]string{
		"my.email=mail.example":               `line 6, column 10: enrol_services: "my.email": is not a URL: begin it with https://`,
		"my.email=":                           `line 6, column 10: enrol_services: "my.email": is not a URL: begin it with https://`,
		"my.email=http://mail.example/":       `line 6, column 10: enrol_services: "my.email": uses http with a host that is not this machine: use https, a loopback address, or list the host in enrol.plain_http_hosts`,
		"my.email=https://a/, https://b/":     `line 6, column 10: enrol_services: "my.email": this is a list, not one value: remove the commas, or put quotes around it`,
		"https://a.example/=https://b/":       `line 6, column 20: enrol_services: "https://a.example/": is a URL itself: write the name of a service before the =`,
		strings.Repeat("n", 129) + "=http://": `line 6, column 131: enrol_services: "` + strings.Repeat("n", 64) + `…": is longer than the 128 bytes that a name may have`,
		"a\u200bb=https://b/":                 `line 6, column 5: enrol_services: "a\u200bb": contains an unprintable character: remove it`,
	} {
		_, _, err := Parse(head + entry)
		if err == nil || err.Error() != "sso.conf: "+want {
			t.Errorf("%s: %v, want %s", entry, err, want)
		}
	}
	for entry, want := range map[string]string{
		"my.email=https://mail.example/":                                                   "",
		"my.email=https://mail.example/\nmy.emial=https://mail.example/":                   `line 7, column 1: enrol_services: no setting names the service "my.emial", so the entry has no effect: did you mean my.email?`,
		"my.email=https://mail.example/\n" + ValidateService + "=https://mail.example/":    `line 7, column 1: enrol_services: ` + ValidateService + ` is built in, so the entry has no effect: remove it`,
		"my.email=https://mail.example/\n[[more]]":                                         `line 7, column 1: the section "more" is inside enrol_services and has no effect: remove it, or one pair of its brackets`,
		"host=mail.example\nmy.email=https://%(host)s/":                                    "",
		"my.email=https://mail.example/\n[main2]":                                          `line 7, column 1: the section "main2" is not known and has no effect: did you mean main?`,
		"my.email=https://mail.example/\n[enrol_service]":                                  `line 7, column 1: the section "enrol_service" is not known and has no effect: did you mean enrol_services?`,
		"my.email=https://mail.example/\n[user_validation]\nservice=" + ValidateServiceOld: "",
	} {
		_, warnings, err := Parse(head + entry + "\n[password]\nexpiry=0\n[signup]\nis_approval_needed=True")
		var got []string
		for _, w := range warnings {
			got = append(got, w.String())
		}
		if err != nil || strings.Join(got, "\n") != want {
			t.Errorf("%s: %v, %q, want %q", entry, err, got, want)
		}
	}
	many := head
	for i := range maxNamedServices + 1 {
		many += strings.Repeat("n", i+1) + "=https://a/\n"
	}
	if _, _, err := Parse(many); err == nil || !strings.Contains(err.Error(), "line 5, column 1: enrol_services: there are 101 entries, more than 100") {
		t.Error(err)
	}
}

func TestMailServerIsTheURLThatMessagesGoTo(t *testing.T) {
	for text, want := range map[string]string{
		"":                                    "",
		"smtp_conn=My SMTP":                   "",
		"smtp_conn=smtp":                      "",
		"smtp_conn=smtp://mail.example":       "smtp://mail.example",
		"smtp_conn=SMTPS://mail.example":      "SMTPS://mail.example",
		"smtp_conn=smtp:ada:secret":           "smtp:ada:secret",
		"smtp_conn=https://mail.example":      "",
		"smtp_conn=smtp://a\nemail_service=b": "",
		"smtp_conn=smtp://a\n[enrol_services]\nsmtp://a=https://mail.example": "",
	} {
		config, _ := parseConfig(t, "[main]\n"+text)
		if got := config.MailServer(); got != want {
			t.Errorf("%q: %q, not %q", text, got, want)
		}
	}
}
