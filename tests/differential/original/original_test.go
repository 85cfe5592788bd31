// Package original compares decisions about sign-ups with the decisions of Zato
// SSO, which record.py recorded by running its code.
package original

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/signuptest"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// conf is the file of the original that the decisions were recorded with.
const conf = `
[main]
encrypt_email=%s
encrypt_password=False
[apps]
all=CRM, ERP
signup_allowed=CRM, ERP
login_allowed=CRM, ERP
[password]
min_length=8
max_length=256
min_complexity=%d
inform_if_invalid=True
reject_list=111111, 123qwe, 1q2w3e4r5t, zxcvbnm
[signup]
inform_if_user_exists=True
inform_if_user_invalid=True
inform_if_email_exists=True
inform_if_email_invalid=True
is_email_required=True
max_length_username=128
max_length_email=128
is_approval_needed=False
[user_validation]
service=zato.sso.signup.validate
reject_username=zato, admin, root, system, sso
reject_email=zato, admin, root, system, sso
`

func readPage(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("../../../host/docs/from-zato.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

// settings are the page's settings that decide as the original does.
func settings(t *testing.T, page string) string {
	t.Helper()
	snippets := regexp.MustCompile("(?s)```ini\n(\\[enrol\\].*?)```").FindAllStringSubmatch(page, -1)
	if len(snippets) != 1 {
		t.Fatalf("the page has %d snippets of [enrol]", len(snippets))
	}
	return snippets[0][1]
}

// installation describes what decides.
type installation struct {
	Accounts      [][2]string `json:"accounts"`
	MinComplexity int         `json:"min_complexity"`
	EncryptEmail  bool        `json:"encrypt_email"`
}

// forgetful is a store that accepts every commit and forgets it.
type forgetful struct{ kv.Store }

func (forgetful) Commit(context.Context, kv.Batch) (bool, error) { return true, nil }

// decider decides by Enrol's rules.
type decider struct {
	t      *testing.T
	engine *signup.Engine
	host   *signuptest.Host
}

func newDecider(t *testing.T, in installation, settings string) *decider {
	t.Helper()
	encrypt := map[bool]string{true: "True", false: "False"}[in.EncryptEmail]
	config, _, err := ssoconf.Parse(fmt.Sprintf(conf, encrypt, in.MinComplexity) + settings)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := signup.ParseKeys(signup.FormatKey("k1", make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	d := &decider{t, signup.New(config, keys), signuptest.New()}
	d.run("open", struct{}{})
	for _, account := range in.Accounts {
		claim := d.signup(account[0], account[1], "correct horse battery", "CRM")
		d.run("confirm", map[string]string{"confirm_token": claim.Token, "current_app": "CRM"})
	}
	d.host.Store = forgetful{d.host.Store}
	return d
}

type answer struct {
	SubStatus []string `json:"sub_status"`
	Fault     string   `json:"fault"`
	Token     string   `json:"confirm_token"`
}

func (d *decider) run(operation string, request any) answer {
	d.t.Helper()
	data, err := json.Marshal(request)
	if err != nil {
		d.t.Fatal(err)
	}
	var a answer
	if err := json.Unmarshal(d.engine.Run(operation, d.host, data), &a); err != nil || a.Fault != "" {
		d.t.Fatalf("%s of %s: %+v %v", operation, data, a, err)
	}
	d.host.Forget()
	return a
}

func (d *decider) signup(username, email, password, application string) answer {
	d.t.Helper()
	return d.run("signup", map[string]any{"current_app": application, "ctx": map[string]any{
		"username": username, "email": email, "password": password, "app_list": []string{"CRM"},
	}})
}

// decision is what the original decided about one sign-up.
type decision struct {
	installation
	username, email, password, application string
	code                                   string
}

// decisions are all that was recorded.
func decisions(t *testing.T) []decision {
	t.Helper()
	text, err := os.ReadFile("decisions.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var all []decision
	var in installation
	for line := range strings.Lines(string(text)) {
		if line[0] == '{' {
			in = installation{}
			if err := json.Unmarshal([]byte(line), &in); err != nil {
				t.Fatal(err)
			}
			continue
		}
		var c [5]string
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatal(err)
		}
		all = append(all, decision{in, c[0], c[1], c[2], c[3], c[4]})
	}
	if len(all) < 7_000 {
		t.Fatalf("there are only %d decisions", len(all))
	}
	return all
}

// With the settings of the page, every decision is the same as in the original,
// except where a row of its tables says otherwise.
func TestDecisionsMatchTheOriginal(t *testing.T) {
	t.Parallel()
	page := readPage(t)
	deciders := map[string]*decider{}
	equal, used := 0, map[string]int{}
	for _, want := range decisions(t) {
		key := fmt.Sprint(want.installation)
		if deciders[key] == nil {
			deciders[key] = newDecider(t, want.installation, settings(t, page))
		}
		got := deciders[key].signup(want.username, want.email, want.password, want.application).SubStatus
		if want.code == "" && len(got) == 0 || slices.Contains(got, want.code) {
			equal++
			continue
		}
		rows := want.exceptions(got)
		if rows == nil {
			t.Errorf("%q, %q, %q, %q: %q, the original decides %q, and no row says so", want.username, want.email, want.password, want.application, got, want.code)
		}
		for _, row := range rows {
			used[row]++
		}
	}
	for _, row := range rows {
		if !strings.Contains(page, "\n| "+row) {
			t.Errorf("the page has no row %q", row)
		}
		if used[row] == 0 {
			t.Errorf("no decision differs by the row %q", row)
		}
	}
	t.Logf("%d decisions are equal; others differ by row: %v", equal, used)
}
