package main

import (
	"net/http"
	"strings"
	"syscall"
	"testing"
)

func TestMetricsOfTheServer(t *testing.T) {
	h := newWorkdir(t)
	p, address := h.serve("--conf", "sso.conf")
	if status, _, err := post(address, signupPath, flat("ada")); status != 200 || err != nil {
		t.Fatal(status, err)
	}
	status, text := fetch(t, "http://"+address+"/metrics")
	for _, want := range []string{
		`enrol_operations_total{code="ok",operation="signup"} 1`, "\nenrol_pending_claims 1\n", "enrol_build_info{commit=",
		"\npebble_disk_usage_bytes ", "\ngo_goroutines ", "\nenrol_hashes_running 0\n",
	} {
		if status != http.StatusOK || !strings.Contains(text, want) {
			t.Errorf("%d: no %s in\n%s", status, want, text)
		}
	}
	p.signal(syscall.SIGTERM)
	p.wait().want(exitOK)
}

func TestMetricsKey(t *testing.T) {
	h := newWorkdir(t)
	h.write("metrics.key", "short", 0o600)
	h.fast("", "serve", "--metrics-key-file", "metrics.key").want(exitMistake, "metrics.key", "32 to")
	const key = "00112233445566778899aabbccddeeff"
	h.write("metrics.key", key, 0o600)
	h.env = []string{apiKeyVariable + "=" + testAPIKey}
	p, address := h.serve("--conf", "sso.conf", "--metrics-key-file", "metrics.key")
	for authorization, want := range map[string]int{key: 200, testAPIKey: 401} {
		request, err := http.NewRequest("GET", "http://"+address+"/metrics", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+authorization)
		response, err := http.DefaultClient.Do(request)
		if err != nil || response.StatusCode != want {
			t.Errorf("%v %v, want %d", response, err, want)
		}
	}
	p.signal(syscall.SIGTERM)
	p.wait().want(exitOK)
}
