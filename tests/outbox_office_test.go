package tests

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/host/module"
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/kv/pebble"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/signuptest"
	"github.com/enrol-sso/enrol/wasm/wire"
)

// mailing sends a message and a callback for each claim, and a message more
// for each account.
const mailing = `
[main]
email_service=mailer
[hash_secret]
rounds=1000
salt_size=16
[password]
min_complexity=0
[apps]
signup_allowed=CRM
[signup]
is_approval_needed=False
callback_service_list=crm
[enrol]
password_hash=pbkdf2-sha512
`

// office is a store that several dispatchers share, with a clock that only the
// test moves.
type office struct {
	t      *testing.T
	store  kv.Store
	native []*signup.Engine
	module *module.Pool
	clock  *signuptest.Clock

	serve func(d delivery) error // the behaviour of services; they accept if nil

	mu   sync.Mutex
	made []delivery // finished calls, in order
}

// delivery is one call of a service.
type delivery struct {
	id       string
	service  string
	kind     string // of a message
	username string
	err      error // the service's answer
}

// stores are the stores that several engines of one process can share.
var stores = map[string]func(t *testing.T) kv.Store{
	"memory": func(*testing.T) kv.Store { return memory.New() },
	"pebble": func(t *testing.T) kv.Store {
		store, err := pebble.Open(filepath.Join(t.TempDir(), "data"), pebble.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := store.Close(); err != nil {
				t.Error(err)
			}
		})
		return store
	},
}

// mailingEngines are half of the dispatchers natively, and as many instances of
// the module. All offices share them, as nothing of a store stays in an engine.
var mailingEngines = sync.OnceValues(func() (native []*signup.Engine, pool *module.Pool) {
	configuration := wire.Configuration{Conf: mailing, SecretKey: string(host.NewSecretKey())}
	for range dispatchers / 2 {
		engine, answer := wire.Configure(configuration.JSON())
		if engine == nil {
			panic("the configuration is refused: " + string(answer))
		}
		native = append(native, engine)
	}
	wasm, err := os.ReadFile("../build/signup.wasm")
	if err != nil {
		panic(err.Error() + ": run make wasm first")
	}
	pool, err = module.Open(context.Background(), module.Options{
		Module: wasm, Configuration: configuration, Instances: dispatchers / 2,
	})
	if err != nil {
		panic(err)
	}
	return native, pool
})

func newOffice(t *testing.T, store kv.Store) *office {
	t.Helper()
	o := &office{t: t, store: store, clock: signuptest.NewClock()}
	o.native, o.module = mailingEngines()
	o.must("open", "{}", nil)
	return o
}

// host returns the host of one run. dies, if set, runs in place of every effect
// but the time, random bytes and audit entries, and may not return. The module
// gets the time and random bytes within a call, which a death would block.
func (o *office) host(dies func(effect signuptest.Kind, perform func())) *signuptest.Host {
	h := &signuptest.Host{Store: o.store, Clock: o.clock, Random: rand.Reader, Derive: signup.DeriveKey}
	h.Services = func(call signup.ServiceCall) (string, error) { return "", o.deliver(call) }
	if dies != nil {
		h.Around = func(e signuptest.Effect, perform func() error) (err error) {
			switch e.Kind {
			case signuptest.Get, signuptest.Commit, signuptest.Scan, signuptest.Call:
				dies(e.Kind, func() { err = perform() })
			default:
				err = perform()
			}
			return err
		}
	}
	return h
}

// deliver is the behaviour of all services: they record the call.
func (o *office) deliver(call signup.ServiceCall) error {
	var body struct {
		Data struct{ Kind, Username string }
	}
	if err := json.Unmarshal([]byte(call.Body), &body); err != nil {
		o.t.Errorf("%s is sent %s: %v", call.Service, call.Body, err)
	}
	d := delivery{id: call.Headers.ID, service: call.Service, kind: body.Data.Kind, username: body.Data.Username}
	if o.serve != nil {
		d.err = o.serve(d)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.made = append(o.made, d)
	return d.err
}

// errDied is the error of a dispatcher that died during its work.
var errDied = errors.New("the dispatcher died")

// run runs an operation on the engine of a dispatcher, until it ends or dies.
// Even-numbered dispatchers are in the module.
func (o *office) run(dispatcher int, operation, request string, dies func(effect signuptest.Kind, perform func()) (dead bool)) ([]byte, error) {
	if dispatcher%2 == 0 {
		return o.runInModule(operation, request, dies)
	}
	engine := o.native[dispatcher/2]
	died := true
	var answer []byte
	done := make(chan struct{})
	go func() {
		defer close(done)
		h := o.host(nil)
		if dies != nil {
			h = o.host(func(effect signuptest.Kind, perform func()) {
				if dies(effect, perform) {
					runtime.Goexit() // nothing more of the run happens
				}
			})
		}
		answer = engine.Run(operation, h, []byte(request))
		died = false
	}()
	<-done
	if died {
		return nil, errDied
	}
	return answer, nil
}

func (o *office) runInModule(operation, request string, dies func(effect signuptest.Kind, perform func()) (dead bool)) ([]byte, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	h := o.host(nil)
	dead, over := false, make(chan struct{})
	defer close(over)
	if dies != nil {
		h = o.host(func(effect signuptest.Kind, perform func()) { dead = dies(effect, perform) })
	}
	answer, err := o.module.Run(ctx, operation, []byte(request), func(_ context.Context, effect string, request []byte) []byte {
		answer := wire.Perform(h, effect, request)
		if dead {
			cancel()
			<-over // the answer never arrives
		}
		return answer
	})
	if errors.Is(err, context.Canceled) {
		return nil, errDied
	}
	return answer, err
}

// must runs an operation, which must succeed, and reads its answer.
func (o *office) must(operation, request string, answer any) {
	o.t.Helper()
	data, err := o.run(1, operation, request, nil)
	if err != nil || !strings.Contains(string(data), `"status":"ok"`) {
		o.t.Fatalf("%s: %v %s", operation, err, data)
	}
	if answer == nil {
		return
	}
	if err := json.Unmarshal(data, answer); err != nil {
		o.t.Fatal(err)
	}
}

// claim signs somebody up and returns the token.
func (o *office) claim(username string) string {
	o.t.Helper()
	var answer struct {
		Token string `json:"confirm_token"`
	}
	o.must("signup", fmt.Sprintf(`{"ctx":{"username":%q,"email":"%s@example.com","password":"correct horse battery","app_list":["CRM"]}}`, username, username), &answer)
	return answer.Token
}

// confirm makes an account of a claim.
func (o *office) confirm(token string) {
	o.t.Helper()
	o.must("confirm", fmt.Sprintf(`{"confirm_token":%q}`, token), nil)
}

// accounts signs up and confirms n people at once.
func (o *office) accounts(n int) []string {
	o.t.Helper()
	return together(o.t, n, func(i int) (string, error) {
		name := fmt.Sprintf("person-%d", i)
		o.confirm(o.claim(name))
		return name, nil
	})
}

// list returns the entries of the store under a prefix.
func (o *office) list(prefix string) []kv.Entry {
	o.t.Helper()
	entries, err := o.store.Scan(o.t.Context(), prefix, "", kv.MaxScanLimit)
	if err != nil {
		o.t.Fatal(err)
	}
	return entries
}
