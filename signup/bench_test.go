package signup_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/signuptest"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// BenchmarkSignup measures a sign-up without its password hash, on a host that
// takes no time: mostly JSON and sealing.
func BenchmarkSignup(b *testing.B) {
	config, _, err := ssoconf.Parse("[apps]\nall=CRM\nsignup_allowed=CRM\n[password]\nmin_complexity=0\n" +
		"[main]\nemail_service=mailer\n[signup]\ncallback_service_list=crm.new-user\n")
	if err != nil {
		b.Fatal(err)
	}
	keys, err := signup.ParseKeys("k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")
	if err != nil {
		b.Fatal(err)
	}
	engine, host := signup.New(config, keys), signuptest.New()
	for n := 0; b.Loop(); n++ {
		if n%100 == 0 { // a store in memory gets slower as it fills
			host.Store = memory.New()
			engine.Run("open", host, []byte(`{}`))
		}
		request := fmt.Sprintf(`{"ctx":{"username":"user%d","password":"correct horse","email":"u%d@example.com",`+
			`"first_name":"Ada","last_name":"Lovelace","app_list":["CRM"],"attrs":{"plan":"free"}}}`, n, n)
		if answer := engine.Run("signup", host, []byte(request)); !ok(answer) {
			b.Fatalf("%s", answer)
		}
	}
}

func ok(answer []byte) bool {
	var response signup.SignupResponse
	return json.Unmarshal(answer, &response) == nil && response.OK()
}
