package host

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
)

// TestSlowServiceDelaysNeitherMessagesNorTheStop has 40 sign-ups and a callback
// service that answers after 20 seconds. Time is virtual.
func TestSlowServiceDelaysNeitherMessagesNorTheStop(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		synctest.Test(t, func(t *testing.T) {
			store := memory.New()
			var mail inbox
			calls := make(chan string, 1_000) // of the slow service, as events
			change := func(o *Options) {
				o.Conf, o.Store, o.DispatchInterval = mailConf("slow"), store, time.Second
				o.Services = map[string]Service{
					"mail": mail.serve,
					"slow": func(ctx context.Context, call signup.ServiceCall) (string, error) {
						answer, err := slow(ctx, call)
						if err == nil {
							calls <- call.Headers.ID
						}
						return answer, err
					},
				}
			}
			i := start(t, native, change)
			const before = 40
			for n := range before {
				i.signUp(t, numbered(n))
			}
			time.Sleep(30 * time.Second)
			i.signUp(t, person("ada", "ada@example.com"))
			time.Sleep(time.Second)
			if n := len(mail.all()); n != before+1 || !strings.Contains(mail.all()[n-1].Body, `"to":"ada@example.com"`) {
				t.Errorf("%d messages arrived", n)
			}
			began := time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			if err := i.Close(ctx); err != nil {
				t.Error(err)
			}
			if took := time.Since(began); took > 1100*time.Millisecond {
				t.Errorf("the stop takes %v", took)
			}
			if log := withoutClock(i.log.String()); log != "" {
				t.Errorf("the log is\n%s", log)
			}
			for _, entry := range entriesOf(t, store, "event/") {
				if strings.Contains(entry, `"lease"`) || strings.Contains(entry, `"reason"`) {
					t.Errorf("left is %s", entry)
				}
			}
			if left := len(entriesOf(t, store, "event/")); left+len(calls) != before+1 {
				t.Errorf("%d events were accepted and %d are left", len(calls), left)
			}

			start(t, native, change)
			time.Sleep(5 * time.Minute)
			accepted := []string{}
			for range len(calls) {
				accepted = append(accepted, <-calls)
			}
			slices.Sort(accepted)
			if n := len(slices.Compact(accepted)); n != before+1 || len(accepted) != n || len(mail.all()) != before+1 {
				t.Errorf("%d calls for %d events were accepted, and %d messages", len(accepted), n, len(mail.all()))
			}
		})
	})
}

// entriesOf returns the entries of a store under a prefix.
func entriesOf(t *testing.T, store *memory.Store, prefix string) []string {
	t.Helper()
	entries, err := store.Scan(t.Context(), prefix, "", 1_000)
	if err != nil {
		t.Fatal(err)
	}
	var data []string
	for _, e := range entries {
		data = append(data, fmt.Sprint(e.Key, " ", e.Data))
	}
	return data
}

// A process that dies during a call leaves a lease of a minute. The next
// process on an exclusive store does not wait for that.
func TestNextProcessDeliversAtOnceWhatAKilledOneLeft(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		synctest.Test(t, func(t *testing.T) {
			store, killed := memory.New(), memory.New()
			begun, over := make(chan struct{}, 100), make(chan struct{})
			first := start(t, native, func(o *Options) {
				callbacks(o, nil, "crm.created")
				o.Store, o.DispatchInterval = store, time.Second
				o.Services["crm.created"] = func(context.Context, signup.ServiceCall) (string, error) {
					begun <- struct{}{}
					<-over
					return "", nil
				}
			})
			first.signUp(t, ada())
			<-begun
			copyStore(t, killed, store) // as a killed process leaves it
			var box inbox
			start(t, native, func(o *Options) {
				callbacks(o, &box, "crm.created")
				o.Store, o.DispatchInterval = killed, time.Second
			})
			time.Sleep(time.Second)
			if n := len(box.all()); n != 1 {
				t.Errorf("%d calls", n)
			}
			if n := len(entriesOf(t, killed, "event/")); n != 0 {
				t.Errorf("%d events are left", n)
			}
			close(over)
		})
	})
}

// copyStore copies a store into an empty one.
func copyStore(t *testing.T, to, from *memory.Store) {
	t.Helper()
	entries, err := from.Scan(t.Context(), "", "", kv.MaxScanLimit)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if _, err := to.Commit(t.Context(), kv.Batch{Puts: []kv.Put{{Key: e.Key, Data: e.Data}}}); err != nil {
			t.Fatal(err)
		}
	}
}

// withoutClock returns a log without the line about the implausible clock: the
// test's clock starts in the year 2000.
func withoutClock(log string) string {
	var lines []string
	for line := range strings.Lines(log) {
		if !strings.Contains(line, "the clock must be set") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}
