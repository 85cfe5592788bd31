package host

import (
	"context"
	"maps"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/enrol-sso/enrol/signup"
)

// visit is one call of a callback service.
type visit struct {
	service    string
	begin, end time.Duration // after the sign-ups
	err        error
}

// visits signs up a number of people, and returns the calls for each address
// within two minutes of virtual time. A service answers with the error and
// after the time of its behaviour.
func visits(t *testing.T, people int, list []string, behaviour func(service string, try int) (time.Duration, error)) map[string][]visit {
	t.Helper()
	var mu sync.Mutex
	seen := map[string][]visit{}
	tries := map[string]int{}
	began := time.Now()
	i := start(t, true, func(o *Options) {
		callbacks(o, nil, list...)
		o.DispatchInterval = time.Second
		for _, service := range list {
			o.Services[service] = func(ctx context.Context, call signup.ServiceCall) (string, error) {
				v := visit{service: service, begin: time.Since(began)}
				mu.Lock()
				tries[call.Headers.ID]++
				takes, err := behaviour(service, tries[call.Headers.ID])
				mu.Unlock()
				select {
				case <-time.After(takes):
				case <-ctx.Done():
					err = ctx.Err()
				}
				v.end, v.err = time.Since(began), err
				mu.Lock()
				defer mu.Unlock()
				seen[addressOf(call)] = append(seen[addressOf(call)], v)
				return "", err
			}
		}
	})
	for n := range people {
		i.signUp(t, numbered(n))
	}
	time.Sleep(2 * time.Minute)
	mu.Lock()
	defer mu.Unlock()
	return maps.Clone(seen) // services are still called until the end of the test
}

// While services answer, each is called after the previous one in
// callback_service_list has answered for the same account.
func TestCallbacksKeepTheOrderOfTheirList(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 1))
			list := []string{"c", "a", "b"}
			seen := visits(t, 40, list, func(string, int) (time.Duration, error) {
				return time.Duration(random.IntN(60)) * time.Millisecond, nil
			})
			if len(seen) != 40 {
				t.Errorf("calls for %d people", len(seen))
			}
			for address, calls := range seen {
				if len(calls) != len(list) {
					t.Errorf("%s: %+v", address, calls)
					continue
				}
				for n, v := range calls {
					if v.service != list[n] || n > 0 && v.begin < calls[n-1].end {
						t.Errorf("%s: %+v", address, calls)
					}
				}
			}
		})
	}
}

// A service does not wait for an earlier one that failed, is down or is slow.
func TestCallbacksDoNotWaitForServicesInTrouble(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		takes  time.Duration
		err    error
		within time.Duration // the second service is called
	}{
		"refuses":           {0, ServiceRefused("status 404"), time.Second},
		"never accepts":     {0, ServiceFinal("status 410"), time.Second},
		"down":              {0, ServiceDown("connection refused", 0), time.Second},
		"down for long":     {0, ServiceDown("status 429", time.Hour), time.Second},
		"slow":              {20 * time.Second, nil, 6 * time.Second},
		"slow and then bad": {20 * time.Second, ServiceRefused("status 404"), 6 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			seen := visits(t, 10, []string{"first", "second"}, func(service string, _ int) (time.Duration, error) {
				if service == "second" {
					return time.Millisecond, nil
				}
				return c.takes, c.err
			})
			for n := range 10 {
				calls := seen[numbered(n).Email]
				arrived := false
				for _, v := range calls {
					arrived = arrived || v.service == "second" && v.begin <= c.within
				}
				if !arrived {
					t.Errorf("%s: %+v", name, calls)
				}
			}
		})
	}
}
