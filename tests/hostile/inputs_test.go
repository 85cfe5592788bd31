// Package hostile measures the cost of hostile inputs: too long, too deep, too
// many. Inputs beyond a limit are refused before much work is done, so that
// time and memory stay constant.
package hostile

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/signuptest"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// shapes are JSON texts of about a given size.
var shapes = map[string]func(size int) string{
	"one long text":     func(n int) string { return `{"cid":"` + strings.Repeat("a", n) + `"}` },
	"nothing but depth": func(n int) string { return strings.Repeat("[", n) },
	"depth in an object": func(n int) string {
		return strings.Repeat(`{"a":`, n/5) + "1" + strings.Repeat("}", n/5)
	},
	"many members":  func(n int) string { return `{` + strings.Repeat(`"a":1,`, n/6) + `"b":1}` },
	"many names":    manyNames,
	"many entries":  func(n int) string { return `{"remote_addr":[` + strings.Repeat(`"::1",`, n/6) + `"::1"]}` },
	"escapes":       func(n int) string { return `{"cid":"` + strings.Repeat(`\u0061`, n/6) + `"}` },
	"a long number": func(n int) string { return `{"cid":1` + strings.Repeat("0", n) + `}` },
	"spaces":        func(n int) string { return `{` + strings.Repeat(" ", n) + `}` },
	"no UTF-8":      func(n int) string { return `{"cid":"` + strings.Repeat("\xff", n) + `"}` },
	"quotes":        func(n int) string { return `{"cid":"` + strings.Repeat(`\"`, n/2) + `"}` },
}

func manyNames(size int) string {
	var text strings.Builder
	text.WriteString("{")
	for n := 0; text.Len() < size; n++ {
		fmt.Fprintf(&text, `"%d":1,`, n)
	}
	return text.String() + `"b":1}`
}

// files are configurations of about a given size.
var files = map[string]func(size int) string{
	"one long value":   func(n int) string { return "[main]\nsite_name=" + strings.Repeat("a", n) },
	"many lines":       func(n int) string { return strings.Repeat("\n", n) },
	"many sections":    func(n int) string { return strings.Repeat("[a]\n", n/4) },
	"brackets":         func(n int) string { return strings.Repeat("[", n) },
	"commas":           func(n int) string { return "[apps]\nall=" + strings.Repeat("a,", n/2) },
	"quotes":           func(n int) string { return "[apps]\nall=" + strings.Repeat("'", n) },
	"an open text":     func(n int) string { return "[main]\nsite_name='''" + strings.Repeat("a\n", n/2) },
	"many of one key":  func(n int) string { return "[main]\n" + strings.Repeat("site_name=a\n", n/12) },
	"comments":         func(n int) string { return strings.Repeat("# a\n", n/4) },
	"keys of no value": func(n int) string { return "[main]\n" + strings.Repeat("a\n", n/2) },
}

// hashes are texts of about a given size in place of a password hash.
var hashes = map[string]func(size int) string{
	"a long salt": func(n int) string {
		return "$pbkdf2-sha512$1000$" + strings.Repeat("A", n) + "$" + strings.Repeat("A", 86)
	},
	"a long tag": func(n int) string {
		return "$argon2id$v=19$m=8192,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$" + strings.Repeat("A", n)
	},
	"dollars":         func(n int) string { return strings.Repeat("$", n) },
	"a long number":   func(n int) string { return "$pbkdf2-sha512$" + strings.Repeat("9", n) + "$AAAA$AAAA" },
	"many parameters": func(n int) string { return "$argon2id$v=19$" + strings.Repeat("m=8192,", n/7) + "$AAAA$AAAA" },
}

const conf = `
[password]
min_complexity=0
[apps]
signup_allowed=CRM
login_allowed=CRM
[user_validation]
service=rules
[enrol]
password_hash=pbkdf2-sha512
[hash_secret]
rounds=1000
salt_size=16
`

func newEngine() *signup.Engine {
	config, _, err := ssoconf.Parse(conf)
	if err != nil {
		panic(err)
	}
	keys, err := signup.ParseKeys(signup.FormatKey("k1", make([]byte, 32)))
	if err != nil {
		panic(err)
	}
	return signup.New(config, keys)
}

// replacing is a store in which some records have the test's values, by key
// prefix.
type replacing struct {
	kv.Store
	with map[string]string
}

func (r replacing) Get(ctx context.Context, keys []string) ([]kv.Value, error) {
	values, err := r.Store.Get(ctx, keys)
	for i, key := range keys {
		list, _, _ := strings.Cut(key, "/")
		if data := r.with[list]; data != "" && err == nil && values[i].Version != "" {
			values[i].Data = data
		}
	}
	return values, err
}

func newHost(engine *signup.Engine) *signuptest.Host {
	h := signuptest.New()
	h.Derive = noHash
	for _, request := range [][2]string{{"open", `{}`}, {"signup", person}} {
		if answer := engine.Run(request[0], h, []byte(request[1])); !strings.Contains(string(answer), `"ok"`) {
			panic(string(answer))
		}
	}
	return h
}

var errSlow = errors.New("this host hashes nothing")

// noHash takes no time, and refuses expensive hashes.
func noHash(params signup.KDFParams, _, salt []byte) ([]byte, error) {
	if len(salt) > 1024 || params.Length > 128 {
		return nil, errSlow
	}
	return make([]byte, params.Length), nil
}

const person = `{"ctx":{"username":"ada","password":"correct horse","email":"ada@example.com","app_list":["CRM"]}}`
