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
	"sync/atomic"
	"testing"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/host/module"
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/kv/pebble"
	"github.com/enrol-sso/enrol/signup"
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
[apps]
signup_allowed=CRM
[signup]
is_approval_needed=False
callback_service_list=crm
[enrol]
password_hash=pbkdf2-sha512
`

// office is a store that several dispatchers share, with a clock that moves
// only when told to.
type office struct {
	t      *testing.T
	store  kv.Store
	native []*signup.Engine
	module *module.Pool
	now    atomic.Int64

	serve func(d delivery) error // what services do; they accept if nil

	mu   sync.Mutex
	made []delivery // calls that came to their end, in order
}

// delivery is one call of a service.
type delivery struct {
	id       string
	service  string
	kind     string // of a message
	username string
	err      error // what the service answered
}

// stores are those that several engines of one process can share.
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
	o := &office{t: t, store: store}
	o.native, o.module = mailingEngines()
	o.now.Store(1_790_000_000_000)
	o.must("open", "{}", nil)
	return o
}

// clerk is the host of one run.
type clerk struct {
	*office
	ctx  context.Context
	dies func(effect string, perform func()) // in place of perform, and may not come back
}

func (c *clerk) effect(name string, perform func()) {
	if c.dies == nil {
		perform()
		return
	}
	c.dies(name, perform)
}

func (c *clerk) Get(keys []string) (values []kv.Value, err error) {
	c.effect("get", func() { values, err = c.store.Get(c.ctx, keys) })
	return values, err
}

func (c *clerk) Commit(batch kv.Batch) (failed []string, err error) {
	c.effect("commit", func() { failed, err = c.store.Commit(c.ctx, batch) })
	return failed, err
}

func (c *clerk) Scan(prefix, after string, limit int) (entries []kv.Entry, err error) {
	c.effect("scan", func() { entries, err = c.store.Scan(c.ctx, prefix, after, limit) })
	return entries, err
}

func (c *clerk) Call(call signup.ServiceCall) (answer string, err error) {
	c.effect("call", func() { err = c.deliver(call) })
	return "", err
}

func (c *clerk) Entropy(n int) ([]byte, error) {
	random := make([]byte, n)
	_, err := rand.Read(random)
	return random, err
}

func (c *clerk) Now() (int64, error)                 { return c.now.Load(), nil }
func (c *clerk) Audit(event signup.AuditEvent) error { return nil }

func (c *clerk) DeriveKey(params signup.KDFParams, password, salt []byte) ([]byte, error) {
	return signup.DeriveKey(params, password, salt)
}

// deliver is what all services do: they note the call.
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

// errDied is the end of a dispatcher in the middle of its work.
var errDied = errors.New("the dispatcher died")

// run runs an operation on the engine of a dispatcher, until it ends or dies.
// Those of even number are in the module.
func (o *office) run(dispatcher int, operation, request string, dies func(effect string, perform func()) (dead bool)) ([]byte, error) {
	if dispatcher%2 == 0 {
		return o.runInModule(operation, request, dies)
	}
	engine := o.native[dispatcher/2]
	died := true
	var answer []byte
	done := make(chan struct{})
	go func() {
		defer close(done)
		c := &clerk{office: o, ctx: context.Background()}
		if dies != nil {
			c.dies = func(effect string, perform func()) {
				if dies(effect, perform) {
					runtime.Goexit() // nothing more of the run happens
				}
			}
		}
		answer = engine.Run(operation, c, []byte(request))
		died = false
	}()
	<-done
	if died {
		return nil, errDied
	}
	return answer, nil
}

func (o *office) runInModule(operation, request string, dies func(effect string, perform func()) (dead bool)) ([]byte, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	c := &clerk{office: o, ctx: context.Background()}
	dead, over := false, make(chan struct{})
	defer close(over)
	if dies != nil {
		c.dies = func(effect string, perform func()) { dead = dies(effect, perform) }
	}
	answer, err := o.module.Run(ctx, operation, []byte(request), func(_ context.Context, effect string, request []byte) []byte {
		answer := wire.Perform(c, effect, request)
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

// must runs an operation that has to succeed, and reads its answer.
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

// list returns what the store holds under a prefix.
func (o *office) list(prefix string) []kv.Entry {
	o.t.Helper()
	entries, err := o.store.Scan(o.t.Context(), prefix, "", kv.MaxScanLimit)
	if err != nil {
		o.t.Fatal(err)
	}
	return entries
}
