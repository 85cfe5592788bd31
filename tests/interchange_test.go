package tests

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// Each of the two engines reads and confirms a claim that the other wrote, and
// refuses its name to others.
func TestNativeAndModuleShareData(t *testing.T) {
	t.Parallel()
	const sandboxed, native = "--native=false", "--native"
	for _, engines := range [][2]string{{native, sandboxed}, {sandboxed, native}} {
		t.Run(engines[0]+" then "+engines[1], func(t *testing.T) {
			data := filepath.Join(t.TempDir(), "data")
			conf := write(t, "sso.conf", telling+cheap)
			run := func(stdin, operation, engine string) result {
				return enrol(t, stdin, operation, engine, "--data", data, "--conf", conf)
			}
			ada := candidate{username: "Ada", email: "Ada@example.com", password: "correct horse battery"}

			signedUp := run(ada.request()+"\n", "signup", engines[0])
			var claim struct {
				Token string `json:"confirm_token"`
			}
			if err := json.Unmarshal([]byte(signedUp.stdout), &claim); err != nil || signedUp.code != 0 {
				t.Fatalf("signup: %d %s %s", signedUp.code, signedUp.stdout, signedUp.stderr)
			}
			confirmed := run(fmt.Sprintf("{\"confirm_token\":%q}\n", claim.Token), "confirm", engines[1])
			if confirmed.code != 0 {
				t.Fatalf("confirm: %d %s %s", confirmed.code, confirmed.stdout, confirmed.stderr)
			}
			ada.username = "ＡＤＡ"
			if again := run(ada.request()+"\n", "signup", engines[1]); codes(t, again.stdout) != "E001002 E002002" {
				t.Errorf("the same person again: %s", again.stdout)
			}
			for _, engine := range engines {
				got := run("{\"username\":\"ada\"}\n", "get", engine)
				if !strings.Contains(got.stdout, `"email":"Ada@example.com"`) || !strings.Contains(got.stdout, `"sign_up_status":"final"`) {
					t.Errorf("get by %s: %s %s", engine, got.stdout, got.stderr)
				}
			}
		})
	}
}
