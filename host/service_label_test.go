package host

import (
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/ssoconf"
)

func TestServiceLabelNamesTheMessageServiceWithoutSecrets(t *testing.T) {
	for conf, want := range map[string]string{
		"[main]\nsmtp_conn=smtp://ada:secret@mail.example.com:587?auth=plain\n":                           "smtp://mail.example.com:587",
		"[main]\nsmtp_conn=SMTPS://ada@mail.example.com\n":                                                "smtps://mail.example.com",
		"[main]\nsmtp_conn=smtp:ada:secret\n":                                                             ssoconf.SMTPService,
		"[main]\nsmtp_conn=smtp://ada:secret@mail.example.com:x\n":                                        ssoconf.SMTPService,
		"[main]\nsmtp_conn=mail:secret\n":                                                                 ssoconf.SMTPService,
		"[main]\nsmtp_conn=My SMTP\n":                                                                     "My SMTP",
		"[main]\nsmtp_conn=My SMTP\n[enrol_services]\nMy SMTP=https://mail.example.com/send?key=secret\n": "My SMTP",
		"[main]\nemail_service=mailer\nsmtp_conn=smtp://ada@mail.example.com\n":                           "mailer",
		"[main]\nemail_service=https://mail.example.com/secret\n":                                         "https://mail.example.com",
		"[main]\nsmtp_conn=\n":                                                                            messageDestination,
	} {
		config, _, err := ssoconf.Parse("[apps]\nsignup_allowed=CRM\n" + conf)
		if err != nil {
			t.Fatal(err)
		}
		got := serviceLabel(config, messageDestination)
		if got != want || strings.Contains(got, "secret") || strings.Contains(got, "ada") {
			t.Errorf("%q gives %q, want %q", conf, got, want)
		}
	}
	if got := serviceLabel(&ssoconf.Config{}, "crm.created"); got != "crm.created" {
		t.Errorf("a callback service is called %q", got)
	}
}
