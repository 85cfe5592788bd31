package host

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
)

// mortal is a store or an audit trail that ends on demand.
type mortal struct {
	kv.Store
	trail
	once sync.Once
	done chan struct{}
}

func newMortal() *mortal { return &mortal{Store: memory.New(), done: make(chan struct{})} }

func (m *mortal) Done() <-chan struct{} { return m.done }
func (m *mortal) Err() error            { return errDisk }
func (m *mortal) end()                  { m.once.Do(func() { close(m.done) }) }

func TestFailedStoreOrAuditTrailEndsTheEnrol(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		for part, give := range map[string]func(*Options, *mortal){
			"store":       func(o *Options, m *mortal) { o.Store = m },
			"audit trail": func(o *Options, m *mortal) { o.Audit = m },
		} {
			m := newMortal()
			i := start(t, native, func(o *Options) { give(o, m) })
			i.signUp(t, ada())
			select {
			case <-i.Done():
				t.Fatalf("%s: it ended before", part)
			default:
			}
			if err := i.Err(); err != nil {
				t.Errorf("%s: %v", part, err)
			}
			m.end()
			<-i.Done()
			if err := i.Err(); !errors.Is(err, errDisk) {
				t.Errorf("%s: the cause is %v", part, err)
			}
			_, err := i.Signup(t.Context(), named("grace"))
			mustBe(t, err, signup.Busy, "restarted")
			response, _ := i.Run(t.Context(), "get", []byte(`{"username":"ada"}`))
			if response.OK() || response.SubStatus[0] != signup.Busy {
				t.Errorf("%s: it went on: %+v", part, response)
			}
			if log := i.log.String(); strings.Count(log, "restart the service") != 1 {
				t.Errorf("%s: the log is %s", part, log)
			}
			if err := i.Close(t.Context()); err != nil {
				t.Errorf("%s: %v", part, err)
			}
		}
	})
}

// TestCloseIsNotAFailure closes first: then Done stays open.
func TestCloseIsNotAFailure(t *testing.T) {
	t.Parallel()
	m := newMortal()
	i := start(t, true, func(o *Options) { o.Store = m })
	if err := i.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	m.end()
	if err := i.Err(); err != nil {
		t.Errorf("it ended besides: %v", err)
	}
}
