package host

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
)

// A run of several events stops between two of them. The current one may end.
func TestStopBeginsNoMoreDeliveries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int64
		store := memory.New()
		i := start(t, true, func(o *Options) {
			callbacks(o, nil, "crm.created")
			o.Store = store
			o.Services["crm.created"] = func(context.Context, signup.ServiceCall) (string, error) {
				calls.Add(1)
				time.Sleep(500 * time.Millisecond)
				return "", nil
			}
		})
		for n := range 10 {
			i.signUp(t, numbered(n))
		}
		answers := make(chan signup.DispatchResponse, 1)
		go func() {
			answer, err := i.Dispatch(t.Context(), signup.DispatchRequest{Limit: 10})
			if err != nil {
				t.Error(err)
			}
			answers <- answer
		}()
		time.Sleep(100 * time.Millisecond)
		if err := i.Close(t.Context()); err != nil {
			t.Error(err)
		}
		answer := <-answers
		if left := len(entriesOf(t, store, "event/")); calls.Load() != 1 || answer.Delivered != 1 || answer.Failed != 0 || left != 9 {
			t.Errorf("%d calls, %d events left: %+v", calls.Load(), left, answer)
		}
	})
}

// A second Enrol of the process does not end the leases of the first.
func TestSecondEnrolOfAProcessKeepsTheLeasesOfTheFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int64
		store := memory.New()
		for n := range 2 {
			i := start(t, true, func(o *Options) {
				callbacks(o, nil, "slow")
				o.Store, o.DispatchInterval = store, time.Second
				o.Services["slow"] = func(ctx context.Context, call signup.ServiceCall) (string, error) {
					calls.Add(1)
					return slow(ctx, call)
				}
			})
			if n == 0 {
				i.signUp(t, ada())
				time.Sleep(time.Second)
			}
		}
		time.Sleep(30 * time.Second)
		if calls.Load() != 1 || len(entriesOf(t, store, "event/")) != 0 {
			t.Errorf("%d calls", calls.Load())
		}
	})
}

// An event is retried when it is due, not when the interval is over.
func TestRetryDoesNotWaitForTheInterval(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int64
		i := start(t, true, func(o *Options) {
			callbacks(o, nil, "crm.created")
			o.DispatchInterval = never
			o.Services["crm.created"] = func(context.Context, signup.ServiceCall) (string, error) {
				if calls.Add(1) == 1 {
					return "", ServiceRefused("status 404")
				}
				return "", nil
			}
		})
		i.signUp(t, ada())
		time.Sleep(6 * time.Second)
		if calls.Load() != 2 {
			t.Errorf("%d calls", calls.Load())
		}
	})
}

// A service that hangs for a dozen addresses, and accepts all other messages,
// gets two calls at a time with events that failed before.
func TestSimultaneousRetriesAreFew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		called := map[string]bool{} // by event
		retries, most := 0, 0
		i := start(t, true, func(o *Options) {
			o.Conf, o.DispatchInterval = mailConf("crm"), time.Second
			o.Services = map[string]Service{
				"crm": func(context.Context, signup.ServiceCall) (string, error) { return "", nil },
				"mail": func(ctx context.Context, call signup.ServiceCall) (string, error) {
					if !strings.HasPrefix(addressOf(call), "stuck") {
						return "", nil
					}
					mu.Lock()
					again := called[call.Headers.ID]
					called[call.Headers.ID] = true
					if again {
						retries++
					}
					mu.Unlock()
					defer func() {
						mu.Lock()
						defer mu.Unlock()
						if again {
							retries--
						}
					}()
					return silent(ctx, call)
				},
			}
		})
		for n := range 12 {
			i.signUp(t, person(fmt.Sprintf("stuck%d", n), fmt.Sprintf("stuck%d@example.com", n)))
		}
		for n := range 75 {
			i.signUp(t, numbered(n))
			time.Sleep(4 * time.Second)
			synctest.Wait() // calls that timed out have ended
			mu.Lock()
			most = max(most, retries)
			mu.Unlock()
		}
		if most != 2 {
			t.Errorf("%d retries at a time", most)
		}
	})
}

// However many events wait, a destination gets 4 calls at a time and 28 that are
// stuck. All destinations together get at most one call each and 16 more, and 64
// that are stuck.
func TestSimultaneousCallsAreBounded(t *testing.T) {
	t.Parallel()
	for _, bounds := range []struct{ destinations, calls int }{
		{1, 4 + 28},
		{8, 8 + 20 + 128},
	} {
		t.Run(fmt.Sprint(bounds.destinations), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var mu sync.Mutex
				var names []string
				together, most := 0, 0
				each, mostOfOne := map[string]int{}, 0
				count := func(name string, change int) {
					mu.Lock()
					defer mu.Unlock()
					each[name], together = each[name]+change, together+change
					mostOfOne, most = max(mostOfOne, each[name]), max(most, together)
				}
				for n := range bounds.destinations {
					names = append(names, fmt.Sprintf("slow-%d", n))
				}
				i := start(t, true, func(o *Options) {
					callbacks(o, nil, names...)
					o.DispatchInterval = time.Second
					for _, name := range names {
						o.Services[name] = func(ctx context.Context, call signup.ServiceCall) (string, error) {
							count(name, 1)
							defer count(name, -1)
							return slow(ctx, call)
						}
					}
				})
				for n := range 40 {
					i.signUp(t, numbered(n))
				}
				time.Sleep(time.Minute)
				mu.Lock()
				defer mu.Unlock()
				if most != bounds.calls || mostOfOne > 4+28 {
					t.Errorf("%d calls at a time, %d of one destination", most, mostOfOne)
				}
			})
		})
	}
}
