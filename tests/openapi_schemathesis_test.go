//go:build openapi

package tests

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestSchemathesisFindsNothing tests real servers by their own descriptions.
func TestSchemathesisFindsNothing(t *testing.T) {
	const rules = "[apps]\nall=CRM\nsignup_allowed=CRM\ndefault=CRM\n[enrol]\nargon2_memory=8192\nargon2_iterations=1\n" +
		"confirm_requires_password=False\n[signup]\ninform_if_user_invalid=True\n"
	key := strings.Repeat("0123456789abcdef", 4)
	silent := rules + "email_confirm_enabled=False\nemail_welcome_enabled=False\n"
	trusted := serve(t, "--data", filepath.Join(t.TempDir(), "data"), "--conf", write(t, "sso.conf", silent),
		"--super-api-key-file", write(t, "super.key", key), "--api-key-file", write(t, "api.key", strings.Repeat("fedcba98", 4)))
	defer trusted.stop(t)
	open := serve(t, "--data", filepath.Join(t.TempDir(), "data"), "--conf", write(t, "sso.conf", rules), "--public", "127.0.0.1:0")
	defer open.stop(t)
	for url, headers := range map[string][]string{
		trusted.url:    {"--header", "Authorization: Bearer " + key},
		open.public(t): nil,
	} {
		url = strings.TrimSuffix(url, "/signup")
		args := append([]string{"--config-file", at(t, "openapi/schemathesis.toml"), "run", url + "/openapi.json", "--phases", "coverage", "--no-color", "--continue-on-failure"}, headers...)
		cmd := exec.Command(at(t, "../build/openapi/bin/schemathesis"), args...)
		cmd.Dir = t.TempDir() // where it keeps a cache
		if output, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, output)
		}
	}
}

// at returns the absolute path of a file of the repository.
func at(t *testing.T, path string) string {
	t.Helper()
	absolute, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return absolute
}
