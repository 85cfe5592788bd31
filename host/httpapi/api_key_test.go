package httpapi_test

import (
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/signup"
)

func TestAPIKeysHaveBounds(t *testing.T) {
	for length, ok := range map[int]bool{31: false, 32: true, 1024: true, 1025: false} {
		for _, name := range []string{"", "crm:"} {
			if err := httpapi.CheckAPIKeys(signup.Secret(name+strings.Repeat("k", length)), "", ""); (err == nil) != ok {
				t.Errorf("%s and a key of %d characters: %v", name, length, err)
			}
		}
	}
}

func TestAPIKeysThatConflictAreRefused(t *testing.T) {
	long := strings.Repeat("n", 33)
	for name, test := range map[string]struct {
		keys, superKeys string
		ok              bool
	}{
		"none":                      {"", "", true},
		"one of each":               {apiKey, superKey, true},
		"two":                       {apiKey + "," + superKey, "", true},
		"two in lines":              {apiKey + "\r\n\n " + superKey + " \n", "", true},
		"named":                     {"crm:" + apiKey, "ops.1-A_b:" + superKey, true},
		"a colon that ends no name": {"a/b:" + apiKey, "", true},
		"a name that is too long":   {long + ":" + apiKey, "", true}, // then it is part of the key
		"the same key":              {apiKey + "," + apiKey, "", false},
		"the same under two names":  {"a:" + apiKey + ",b:" + apiKey, "", false},
		"the same for both":         {"a:" + apiKey, "b:" + apiKey, false},
		"the same name":             {"a:" + apiKey, "a:" + superKey, false},
		"the name of an unnamed":    {apiKey + ",api:" + superKey, "", false},
		"commas only":               {",", "", false},
		"a short one":               {apiKey + ",short", "", false},
		"a name only":               {"crm:", "", false},
		"a space":                   {"crm: " + apiKey, "", false},
		"no ASCII":                  {apiKey + "\u00e4", "", false},
		"a control":                 {apiKey + "\x7f", "", false},
	} {
		if err := httpapi.CheckAPIKeys(signup.Secret(test.keys), signup.Secret(test.superKeys), ""); (err == nil) != test.ok {
			t.Errorf("%s: %v", name, err)
		} else if err != nil && (strings.Contains(err.Error(), apiKey) || strings.Contains(err.Error(), superKey)) {
			t.Errorf("%s: the error tells a key: %v", name, err)
		}
	}
	var many []string
	for i := range 17 {
		many = append(many, strings.Repeat("k", 32+i))
		if err := httpapi.CheckAPIKeys(signup.Secret(strings.Join(many, ",")), "", ""); (err == nil) != (i < 16) {
			t.Errorf("%d keys: %v", i+1, err)
		}
	}
}

// Several keys are accepted at once, and every entry of a call has the name of
// its key. A body cannot set another.
func TestKeysAreNamedInTheTrail(t *testing.T) {
	engine, trail := newEngine(t, approvalConf)
	other := strings.Repeat("x", 40)
	f := serve(t, engine, httpapi.Options{
		APIKey:      signup.Secret("crm:" + apiKey + ", " + other),
		SuperAPIKey: signup.Secret("ops:" + superKey + "\nbackup:" + superKey + "0"),
	}, nil)
	id := f.confirmed("ada")
	for i, test := range []struct {
		key, method, path, body, want string
		status                        int
	}{
		{apiKey, "POST", signupPath, strings.ReplaceAll(ada, "ada", "bob"), "key:crm", 200},
		{other, "POST", signupPath, strings.ReplaceAll(ada, "ada", "eve"), "key:api-2", 200},
		{apiKey, "PATCH", signupPath, `{"confirm_token":"x"}`, "key:crm", 403},
		{other, "POST", signupPath + "/resend", `{"username":"ada","email":"ada@example.com"}`, "key:api-2", 200},
		{apiKey, "POST", userPath + "/verify", `{"username":"ada","password":"x"}`, "key:crm", 403},
		{superKey, "GET", signupPath + "?status=to-approve", "", "key:ops", 200},
		{superKey + "0", "GET", signupPath + "?status=to-approve", "", "key:backup", 200},
		{apiKey, "GET", signupPath + "?status=to-approve", "", "key:crm", 403},
		{apiKey, "POST", userPath + "/approve", `{"user_id":"` + id + `"}`, "key:crm", 403},
		{superKey, "POST", userPath + "/lock", `{"user_id":"` + id + `"}`, "key:ops", 200},
		{superKey, "POST", userPath + "/unlock", `{"user_id":"` + id + `"}`, "key:ops", 200},
		{superKey + "0", "POST", userPath + "/approve", `{"user_id":"` + id + `"}`, "key:backup", 200},
		{superKey, "POST", userPath + "/reject", `{"user_id":"` + id + `"}`, "key:ops", 403},
		{superKey, "POST", signupPath, strings.ReplaceAll(ada, "ada", "joe"), "key:ops", 200},
	} {
		before := len(trail.entries)
		if r := f.send(test.method, test.path, test.body, "Authorization", "Bearer "+test.key); r.status != test.status {
			t.Errorf("%d: %d, want %d: %s", i, r.status, test.status, r.text)
		}
		if len(trail.entries) == before {
			t.Errorf("%s %s leaves no trace", test.method, test.path)
		}
		for _, entry := range trail.entries[before:] {
			if entry.CurrentUser != test.want || entry.Extra.RemoteAddr != "127.0.0.1" {
				t.Errorf("%s %s by %s is audited as %+v", test.method, test.path, test.want, entry)
			}
		}
	}
	before := len(trail.entries)
	for _, user := range []string{"key:ops", "", id} {
		r := f.send("POST", userPath+"/lock", `{"user_id":"`+id+`","current_user":"`+user+`"}`, asSuperUser...)
		r.want(t, 400, signup.InvalidInput)
	}
	if len(trail.entries) != before {
		t.Errorf("something was decided: %+v", trail.entries[before:])
	}
}
