package ssoconf

import (
	"strings"
	"testing"
)

func TestPlainHTTPIsForThisMachineAndListedHosts(t *testing.T) {
	for _, test := range []struct {
		hosts, url string
		allowed    bool
	}{
		{"", "https://example.com/", true},
		{"", "http://localhost:8080/", true},
		{"", "http://127.0.0.1/", true},
		{"", "http://[::1]/", true},
		{"", "http://example.com/", false},
		{"", "http://localhost.example.com", false},
		{"", "http://127.example.com", false},
		{"", "http://128.0.0.1", false},
		{"", "http://0.0.0.0", false},
		{"", "http://[::2]", false},
		{"", "http://[::]", false},
		{"callbacks", "http://callbacks/hook", true},
		{"callbacks", "HTTP://Callbacks:8080?a", true},
		{"CALLBACKS", "http://callbacks", true},
		{"callbacks", "http://callbacks.example.com", false},
		{"callbacks", "http://example.com/callbacks", false},
		{"example.com", "http://a.example.com", false},
		{"a, callbacks.ns.svc.cluster.local", "http://callbacks.ns.svc.cluster.local", true},
		{"10.1.2.3", "http://10.1.2.3:80/", true},
		{"10.1.2.3", "http://10.1.2.30/", false},
		{"[fd00::1]", "http://[fd00:0::1]:80/", true},
		{"[fd00::1]", "http://[fd00::2]/", false},
	} {
		for path, section := range map[string]string{
			"main.email_service":                    "[main]\nemail_service=" + test.url,
			"signup.callback_service_list: entry 2": "[signup]\ncallback_service_list=my.callback, " + test.url,
			"user_validation.service: entry 1":      "[user_validation]\nservice=" + test.url + ",",
			`enrol_services: "my.mail"`:             "[main]\nemail_service=my.mail\n[enrol_services]\nmy.mail=" + test.url,
		} {
			text := section
			if test.hosts != "" { // before or after what it is for
				text += "\n[enrol]\nplain_http_hosts=" + test.hosts
			}
			_, _, err := Parse(text)
			switch {
			case test.allowed && err != nil:
				t.Errorf("%s: %v", text, err)
			case !test.allowed && (err == nil || !strings.Contains(err.Error(), path+": uses http with a host that is not this machine")):
				t.Errorf("%s: %v", text, err)
			}
		}
	}
}

func TestServicesAreNotJudgedByHostsThatAreInvalid(t *testing.T) {
	_, _, err := Parse("[main]\nemail_service=http://mail\n[enrol]\nplain_http_hosts=http://mail")
	if err == nil || err.Error() != "sso.conf: line 4, column 18: enrol.plain_http_hosts: entry 1: is not a host: write a name, or an address such as 10.1.2.3 or [fd00::1], without http:// and port" {
		t.Error(err)
	}
}
