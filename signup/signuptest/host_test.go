package signuptest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/signuptest"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

var _ signup.Host = (*signuptest.Host)(nil)

const conf = `
[main]
email_service=mailer
[apps]
signup_allowed=CRM
[signup]
callback_service_list=crm
[password]
min_complexity=0
[enrol]
confirm_within=60
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

const ada = `{"ctx":{"username":"ada","password":"correct horse","email":"ada@example.com","app_list":["CRM"]}}`

// run runs an operation and returns its status codes and its confirm token.
func run(t *testing.T, engine *signup.Engine, host *signuptest.Host, operation, request string) (codes, token string) {
	t.Helper()
	var answer struct {
		SubStatus []string `json:"sub_status"`
		Token     string   `json:"confirm_token"`
	}
	if err := json.Unmarshal(engine.Run(operation, host, []byte(request)), &answer); err != nil {
		t.Fatal(err)
	}
	return strings.Join(answer.SubStatus, " "), answer.Token
}

func Example() {
	engine, host := newEngine(), signuptest.New()
	engine.Run("open", host, []byte(`{}`))
	var claim struct {
		Token string `json:"confirm_token"`
	}
	if err := json.Unmarshal(engine.Run("signup", host, []byte(ada)), &claim); err != nil {
		panic(err)
	}
	engine.Run("dispatch", host, []byte(`{}`))
	services := map[string]bool{}
	for _, call := range host.Calls() {
		services[call.Service] = true
	}
	fmt.Println("called", slices.Sorted(maps.Keys(services)))
	host.Clock.Advance(2 * time.Hour) // longer than confirm_within
	engine.Run("confirm", host, fmt.Appendf(nil, `{"confirm_token":%q}`, claim.Token))
	for _, event := range host.AuditTrail() {
		if event.Result != "" { // the others report that an operation begins
			fmt.Println(event.Op, event.Result, event.Extra.SubStatus)
		}
	}
	// Output:
	// called [crm mailer]
	// user.create_user ok []
	// user.confirm_signup error [E005006]
}

func TestFaults(t *testing.T) {
	t.Parallel()
	engine, host := newEngine(), signuptest.New()
	run(t, engine, host, "open", `{}`)
	host.Forget()
	run(t, engine, host, "signup", ada)
	effects := host.Effects()
	for n, failing := range effects {
		host := signuptest.New()
		run(t, engine, host, "open", `{}`)
		host.Forget()
		host.Around = signuptest.FailAt(n, errors.New("the disk is full"))
		codes, _ := run(t, engine, host, "signup", ada)
		if codes != string(signup.Busy) {
			t.Errorf("effect %d, %s, fails: %q", n, failing.Kind, codes)
		}
		if got := host.Effects(); len(got) <= n || got[n].Kind != failing.Kind {
			t.Errorf("effect %d was not recorded: %d effects", n, len(got))
		}
	}
}

func TestEffectsMayFailAfterTheyArePerformed(t *testing.T) {
	t.Parallel()
	host := signuptest.New()
	host.Around = func(e signuptest.Effect, perform func() error) error {
		if err := perform(); err != nil {
			return err
		}
		return kv.ErrUnknown
	}
	batch := kv.Batch{Puts: []kv.Put{{Key: "a", Data: "1"}}}
	if _, err := host.Commit(batch); !errors.Is(err, kv.ErrUnknown) {
		t.Error(err)
	}
	host.Around = nil
	if values, err := host.Get([]string{"a"}); err != nil || values[0].Data != "1" {
		t.Error(values, err)
	}
}

func TestEffectsAreRecorded(t *testing.T) {
	t.Parallel()
	host := signuptest.New()
	params := signup.KDFParams{Algorithm: "argon2id", Iterations: 1, Length: 32}
	event, call := signup.AuditEvent{CID: "c", Op: "user.get"}, signup.ServiceCall{Service: "crm"}
	batch := kv.Batch{Deletes: []string{"a"}}
	_, err0 := host.Get([]string{"a", "b"})
	_, err1 := host.Commit(batch)
	_, err2 := host.Scan("user/", "user/1", 7)
	_, err3 := host.Entropy(5)
	_, err4 := host.Now()
	err5 := host.Audit(event)
	_, err6 := host.Call(call)
	_, err7 := host.DeriveKey(params, []byte("secret"), []byte("salt"))
	if err := errors.Join(err0, err1, err2, err3, err4, err5, err6, err7); err != nil {
		t.Fatal(err)
	}
	want := []signuptest.Effect{
		{Kind: signuptest.Get, Keys: []string{"a", "b"}},
		{Kind: signuptest.Commit, Batch: batch},
		{Kind: signuptest.Scan, Prefix: "user/", After: "user/1", Limit: 7},
		{Kind: signuptest.Entropy, Bytes: 5},
		{Kind: signuptest.Now},
		{Kind: signuptest.Audit, Event: event},
		{Kind: signuptest.Call, Call: call},
		{Kind: signuptest.DeriveKey, Params: params, Bytes: 4},
	}
	if got := host.Effects(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("\n got %v\nwant %v", got, want)
	}
	if events, calls := host.AuditTrail(), host.Calls(); len(events) != 1 || events[0].CID != "c" || !slices.Equal(calls, []signup.ServiceCall{call}) {
		t.Error(events, calls)
	}
	host.Forget()
	if got := host.Effects(); len(got) != 0 {
		t.Error(got)
	}
}

func TestServicesAndHashesMayBeReplaced(t *testing.T) {
	t.Parallel()
	host := signuptest.New()
	if answer, err := host.Call(signup.ServiceCall{}); answer != `{"is_valid":true}` || err != nil {
		t.Error(answer, err)
	}
	host.Services = func(call signup.ServiceCall) (string, error) { return call.Service, nil }
	host.Derive = func(signup.KDFParams, []byte, []byte) ([]byte, error) { return nil, signup.ErrNoKDF }
	if answer, err := host.Call(signup.ServiceCall{Service: "crm"}); answer != "crm" || err != nil {
		t.Error(answer, err)
	}
	if _, err := host.DeriveKey(signup.KDFParams{}, nil, nil); !errors.Is(err, signup.ErrNoKDF) {
		t.Error(err)
	}
}

func TestQuickKeyDependsOnAllArguments(t *testing.T) {
	t.Parallel()
	params := signup.KDFParams{Algorithm: "argon2id", Memory: 8192, Iterations: 1, Parallelism: 1, Length: 32}
	other := params
	other.Memory++
	keys := map[string]bool{}
	for _, c := range []struct {
		params         signup.KDFParams
		password, salt string
	}{{params, "a", "bc"}, {params, "ab", "c"}, {params, "a", "bd"}, {params, "b", "bc"}, {other, "a", "bc"}} {
		key, err := signuptest.QuickKey(c.params, []byte(c.password), []byte(c.salt))
		again, _ := signuptest.QuickKey(c.params, []byte(c.password), []byte(c.salt))
		if err != nil || len(key) != 32 || !bytes.Equal(key, again) || keys[string(key)] {
			t.Errorf("%+v: %x %v", c, key, err)
		}
		keys[string(key)] = true
	}
	if _, err := signuptest.QuickKey(signup.KDFParams{Length: 65}, nil, nil); err == nil {
		t.Error("a key of 65 bytes")
	}
}

func TestTheTestSetsTimeAndRandomBytes(t *testing.T) {
	t.Parallel()
	host, other := signuptest.New(), signuptest.New()
	other.Clock, other.Random = host.Clock, signuptest.Seeded(2)
	host.Clock.Advance(-time.Minute)
	if now, err := other.Now(); now != signuptest.StartTime-60_000 || err != nil {
		t.Error(now, err)
	}
	host.Clock.Set(7)
	if now, err := host.Now(); now != 7 || err != nil {
		t.Error(now, err)
	}
	first, err := host.Entropy(16)
	if err != nil {
		t.Fatal(err)
	}
	second, _ := other.Entropy(16)
	again, _ := signuptest.New().Entropy(16)
	if bytes.Equal(first, second) || !bytes.Equal(first, again) {
		t.Errorf("%x %x %x", first, second, again)
	}
}
