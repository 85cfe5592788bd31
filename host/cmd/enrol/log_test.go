package main

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

func TestLogFlags(t *testing.T) {
	h := newWorkdir(t)
	h.fast("", "serve", "--log-format", "xml").want(exitMistake, "--log-format", "text or json")
	h.fast("", "serve", "--log-level", "loud").want(exitMistake, "--log-level", "debug, info, warn or error")
	if h.exists("data") {
		t.Error("data was begun")
	}
}

// Every line is one JSON object, also those for people and the error at the end.
func TestLogAsJSON(t *testing.T) {
	h := newWorkdir(t)
	p := h.start("serve", "--native", "--listen", "127.0.0.1:0", "--public", "127.0.0.1:0", "--log-format", "json", "--log-level", "debug")
	match := p.stderr.await(regexp.MustCompile(`"msg":"serving","address":"([^"]+)"`))
	if match == nil {
		t.Fatal(p.stderr.String())
	}
	pages := p.stderr.await(regexp.MustCompile(`Sign up in a browser: (http://[^/]+)/signup`))[1]
	status, signed, err := post(match[1], signupPath, flat("ada"))
	if status != 200 || err != nil {
		t.Fatal(status, err)
	}
	for _, url := range []string{"http://" + match[1] + "/healthz", pages + "/signup?app=CRM", pages + "/ada@example.com"} {
		response, err := http.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
	}
	p.signal(syscall.SIGTERM)
	end := p.wait().want(exitOK)
	requests := map[string]map[string]any{}
	for line := range strings.Lines(end.stderr) {
		var entry map[string]any
		if err := json.Unmarshal([]byte(line), &entry); err != nil || entry["time"] == nil || entry["level"] == nil || entry["msg"] == nil {
			t.Errorf("not a line of the log: %s", line)
		}
		if entry["msg"] == "request" {
			requests[entry["path"].(string)] = entry
		}
	}
	for path, want := range map[string]map[string]any{
		signupPath: {"level": "INFO", "method": "POST", "status": 200.0, "cid": signed.CID},
		"/healthz": {"level": "DEBUG", "method": "GET", "status": 200.0},
		"/signup":  {"level": "INFO", "method": "GET", "status": 200.0},
		"other":    {"level": "INFO", "method": "GET", "status": 404.0},
	} {
		for name, value := range want {
			if requests[path][name] != value {
				t.Errorf("%s: %s is %v, want %v", path, name, requests[path][name], value)
			}
		}
		if took, ok := requests[path]["duration_ms"].(float64); !ok || took < 0 {
			t.Errorf("%s: duration_ms is %v", path, requests[path]["duration_ms"])
		}
	}
	for _, secret := range []string{"ada@", "correct horse b", signed.ConfirmToken} {
		for line := range strings.Lines(end.stderr) {
			if strings.Contains(line, secret) && !strings.Contains(line, `"msg":"curl `) {
				t.Errorf("%q was logged: %s", secret, line)
			}
		}
	}
	h.write("broken.conf", "[apps", 0o644)
	refused := h.run("", "serve", "--native", "--conf", "broken.conf", "--log-format", "json", "--log-level", "error")
	if lines := strings.Count(refused.stderr, "\n"); refused.status != exitMistake || lines != 1 || !strings.Contains(refused.stderr, `"level":"ERROR","msg":"enrol: broken.conf`) {
		t.Errorf("exit status %d, %s", refused.status, refused.stderr)
	}
	for line := range strings.Lines(refused.stderr) {
		if !json.Valid([]byte(line)) {
			t.Errorf("not a line of the log: %s", line)
		}
	}
}

func TestQuietLog(t *testing.T) {
	h := newWorkdir(t)
	p := h.start("serve", "--native", "--listen", "127.0.0.1:0", "--log-level", "warn")
	line := p.stderr.await(regexp.MustCompile(`curl -s http://([^/]+)/`))
	if status, _, err := post(line[1], signupPath, flat("ada")); status != 200 || err != nil {
		t.Fatal(status, err)
	}
	p.signal(syscall.SIGTERM)
	if end := p.wait().want(exitOK); strings.Contains(end.stderr, "level=INFO") {
		t.Errorf("got %s", end.stderr)
	}
}

func TestHealthReportsTheBuild(t *testing.T) {
	h := newWorkdir(t)
	printed := h.run("", "version").want(exitOK).stdout
	p, address := h.serve("--conf", "sso.conf")
	var identified struct{ Version, Commit string }
	if status, text := health(t, address, "/healthz"); status != 200 || json.Unmarshal([]byte(text), &identified) != nil {
		t.Errorf("%d %s", status, text)
	}
	if !strings.Contains(printed, "enrol "+identified.Version+"\n") || identified.Version == "" {
		t.Errorf("version prints %q, /healthz has %q", printed, identified.Version)
	}
	if want := identified.Commit; want != "" && !strings.Contains(printed, "commit "+want+"\n") {
		t.Errorf("version prints %q, /healthz has the commit %q", printed, want)
	}
	p.signal(syscall.SIGTERM)
	p.wait().want(exitOK)
}
