package ssoconf

import (
	"strings"
	"testing"
)

func TestServiceNames(t *testing.T) {
	for name, part := range map[string]string{
		ValidateService:          "",
		"crm.on-signup":          "",
		"hélas/ça:1":             "",
		strings.Repeat("a", 128): "",

		strings.Repeat("a", 129):    "longer than the 128 bytes",
		strings.Repeat("é", 65):     "longer than the 128 bytes",
		"":                          "is empty",
		"a b":                       "white space",
		"a\u00a0b":                  "white space",
		"a\tb":                      "white space",
		"a\u200bb":                  "unprintable",
		"ftp://example.com/":        "cannot be called",
		"://example.com/":           "cannot be called",
		"https://user@example.com/": "names a user",
	} {
		checkRefusal(t, name, checkServiceName(name), part)
	}
}

func TestServices(t *testing.T) {
	for service, part := range map[string]string{
		"https://example.com/": "", "http://localhost/": "", "crm.on-signup": "", "My SMTP": "",

		"http://example.com/": "", "https://": "no host", "ftp://example.com/": "cannot be called", "": "is empty", "a\tb": "unprintable",
		strings.Repeat("a", 129): "longer than the 128 bytes",
	} {
		checkRefusal(t, service, CheckService(service), part)
	}
}

func TestServiceURLsThatAreAccepted(t *testing.T) {
	const start = "https://example.com/"
	for _, url := range []string{
		"https://example.com",
		"HTTPS://Example.COM:8443/a/b?c=d&e=%2F@:;",
		"https://example.com?a",
		"https://crm",
		"https://crm_1.internal-zone:65535",
		"https://192.0.2.1/",
		"https://[2001:db8::1]:8443/",
		"https://1st.example2.co1",
		start + strings.Repeat("a", maxServiceURL-len(start)),
		"http://localhost",
		"http://LocalHost:8080/a",
		"Http://127.0.0.1/",
		"http://127.255.0.9:1",
		"http://[::1]",
		"http://[::1]:8080/a",
		"http://[0:0:0:0:0:0:0:1]/",
		"https://" + strings.Repeat("a", 63) + ".example",
	} {
		checkRefusal(t, url, checkServiceURL(url), "")
	}
}

func TestServiceURLsThatAreRefused(t *testing.T) {
	for part, urls := range map[string][]string{
		"names a user": {
			"https://user@example.com",
			"http://user:secret@localhost/",
			"http://localhost:80@example.com/",
			"https://@example.com/",
		},
		"fragment": {
			"https://example.com/#a",
			"https://example.com#a@b",
		},
		"has no host": {
			"https://",
			"https:///a",
			"https://:80",
			"https://?a",
		},
		"port": {
			"https://example.com:",
			"https://example.com:0",
			"https://example.com:65536",
			"https://example.com:8o",
			"https://example.com:+80",
			"https://::1",
			"https://[::1]:",
		},
		"after the ]": {
			"https://[::1]80",
		},
		"without a ]": {
			"https://[::1",
		},
		"brackets": {
			"https://[]",
			"https://[::g]",
			"https://[127.0.0.1]",
			"https://[fe80::1%25eth0]",
		},
		"IPv4": {
			"https://127.1",
			"https://2130706433",
			"https://0x7f.1",
			"https://a.0X1",
			"https://256.0.0.1",
			"https://0127.0.0.1",
		},
		"has an invalid host name": {
			"https://example.com.",
			"https://.example.com",
			"https://example..com",
			"https://-a.example.com",
			"https://a-.example.com",
			"https://ex%61mple.com",
			"https://a,b",
			"https://" + strings.Repeat("a", 64),
			"https://" + strings.Repeat("a.", 127),
		},
		"a character that a URL cannot have": {
			"https://example.com/ ",
			"https://example.com/\n",
			"https://example.com/\x00",
			"https://example.com/\x7f",
			"https://localhost\\@example.com/",
			"https://münchen.example/",
			"https://example.com/é",
			"https://example.com/{a}",
		},
		"is not a URL": {
			" https://example.com/",
			"https:example.com",
			"example.com",
		},
		"% without two": {
			"https://example.com/%",
			"https://example.com/%2",
			"https://example.com/%g0",
		},
		"longer than the 2048 bytes": {
			"https://" + strings.Repeat("a", maxServiceURL),
		},
	} {
		for _, url := range urls {
			checkRefusal(t, url, checkServiceURL(url), part)
		}
	}
}

func checkRefusal(t *testing.T, name string, err error, part string) {
	t.Helper()
	switch {
	case part == "" && err != nil:
		t.Errorf("%q is refused: it %v", name, err)
	case part != "" && err == nil:
		t.Errorf("%q is accepted", name)
	case part != "" && !strings.Contains(err.Error(), part):
		t.Errorf("%q is refused because it %v, want %s", name, err, part)
	}
}

func TestRefusalOfAURLDoesNotRepeatIt(t *testing.T) {
	for _, url := range []string{"https://a:s3cret@example.com", "https://s3cret\x00", "https://s3cret.", "http://s3cret.", "https://a:s3cret", "https://a/s3cret#"} {
		if err := checkServiceURL(url); err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q: %v", url, err)
		}
	}
}

func TestURLsAndNamesAreDistinguished(t *testing.T) {
	for name, want := range map[string]bool{
		"http://a": true, "https://a": true, "HTTP://": true,
		"": false, "http": false, "http:/a": false, "a.http://": false, "ftp://a": false, ValidateService: false,
	} {
		if IsServiceURL(name) != want {
			t.Errorf("IsServiceURL(%q) is %t", name, !want)
		}
	}
}
