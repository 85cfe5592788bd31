package host

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/enrol-sso/enrol/signup"
)

// cheapHash is the section [enrol] of tests with many sign-ups.
const cheapHash = "password_hash=pbkdf2-sha512\nrate_signup=0\n[hash_secret]\nrounds=1000\n"

// mailConf returns an sso.conf with a message service and callback services.
func mailConf(callbacks ...string) string {
	return "[main]\nemail_service=mail\n" +
		"[signup]\ncallback_service_list=" + strings.Join(callbacks, ", ") + "\n" +
		"[password]\nmin_complexity=0\n[apps]\nall=CRM\nsignup_allowed=CRM\n[enrol]\n" + cheapHash
}

// trouble describes the failures among the healthy events.
type trouble struct {
	accounts int              // in addition to the healthy ones
	address  func(int) string // of those
	mail     Service          // the message service for them; nil: it accepts
	callback Service          // one more callback service, for everybody's events
}

var troubles = map[string]trouble{
	"refused":  {accounts: 40, address: numberedAddress("refused"), mail: failing(ServiceRefused("status 422"))},
	"final":    {accounts: 40, address: numberedAddress("final"), mail: failing(ServiceFinal("status 410"))},
	"poison":   {accounts: 200, address: numberedAddress("poison"), mail: failing(ServiceDown("status 500", 0))},
	"stuck":    {accounts: 100, address: numberedAddress("stuck"), mail: silent},
	"flooded":  {accounts: 300, address: func(int) string { return "flooded@example.com" }},
	"slow":     {callback: slow},
	"dead":     {callback: failing(ServiceDown("connection refused", 0))},
	"silent":   {callback: silent},
	"refusing": {callback: failing(ServiceRefused("status 404"))},
}

// failing fails in one way, after a short delay.
func failing(err error) Service {
	return func(context.Context, signup.ServiceCall) (string, error) {
		time.Sleep(50 * time.Millisecond)
		return "", err
	}
}

// silent does not answer.
func silent(ctx context.Context, _ signup.ServiceCall) (string, error) {
	<-ctx.Done()
	return "", ctx.Err()
}

// slow accepts after 20 seconds.
func slow(ctx context.Context, _ signup.ServiceCall) (string, error) {
	select {
	case <-time.After(20 * time.Second):
		return "", nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func numberedAddress(kind string) func(int) string {
	return func(n int) string { return fmt.Sprintf("%s-%d@example.com", kind, n) }
}

// arrivals records when events were accepted, by service and address.
type arrivals struct {
	mu sync.Mutex
	at map[string]time.Time
}

// accept accepts a call after a short delay.
func (a *arrivals) accept(call signup.ServiceCall) {
	time.Sleep(5 * time.Millisecond)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.at[call.Service+" "+addressOf(call)] = time.Now()
}

// addressOf is the address that an event is about.
func addressOf(call signup.ServiceCall) string {
	var body struct{ Data struct{ To, Email string } }
	if err := json.Unmarshal([]byte(call.Body), &body); err != nil {
		panic(err)
	}
	return body.Data.To + body.Data.Email
}

// soon is the time within which healthy events arrive.
const soon = 10 * time.Second

// TestHealthyEventsArriveWithinSeconds signs up hundreds of people, with a
// message and a callback each, among others whose events fail in various ways.
// Time is virtual, so that only waiting counts.
func TestHealthyEventsArriveWithinSeconds(t *testing.T) {
	t.Parallel()
	mixes := [][]string{
		{"poison", "slow", "stuck"},
		{"dead", "final", "flooded"},
		{"refused", "refusing", "silent"},
	}
	for n, mix := range append(mixes, slices.Concat(mixes...)) {
		t.Run(strings.Join(mix, " "), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := newPopulation(t, true, mix, map[bool]int{true: 300, false: 1_000}[len(mix) == 3])
				random := rand.New(rand.NewPCG(uint64(n), 0))
				all := slices.Concat(p.healthy, p.troubled)
				random.Shuffle(len(all), func(a, b int) { all[a], all[b] = all[b], all[a] })
				p.signUp(all...)
				p.arrive()
			})
		})
	}
}

// Hundreds of addresses that the service fails with, or hangs for, hold up those
// who sign up after them for seconds only.
func TestHealthyEventsBehindOthersArriveWithinSeconds(t *testing.T) {
	t.Parallel()
	for _, mix := range [][]string{{"stuck"}, {"poison", "stuck"}} {
		t.Run(strings.Join(mix, " "), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := newPopulation(t, true, mix, 1_000)
				p.signUp(p.troubled...)
				time.Sleep(time.Second)
				p.signUp(p.healthy...)
				p.arrive()
			})
		})
	}
}

// A dozen addresses for which the service hangs hold up those who sign up after
// them for seconds only, also in the module.
func TestHealthyEventsBehindHangingOnesArriveWithinSeconds(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		synctest.Test(t, func(t *testing.T) {
			p := newPopulation(t, native, []string{"stuck"}, 20)
			p.signUp(p.troubled[:12]...)
			time.Sleep(time.Second)
			p.signUp(p.healthy...)
			p.arrive()
		})
	})
}

// The retries of events that failed do not hold up those who sign up later.
func TestHealthyEventsArriveWithinSecondsDuringRetries(t *testing.T) {
	t.Parallel()
	for _, mix := range [][]string{{"poison"}, {"stuck"}, slices.Sorted(maps.Keys(troubles))} {
		t.Run(strings.Join(mix, " "), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := newPopulation(t, true, mix, 60)
				for n, address := range p.troubled {
					if n%len(mix) == 0 {
						p.signUp(address)
					}
				}
				time.Sleep(3 * time.Minute)
				for n, address := range p.healthy {
					time.Sleep(time.Duration(n%7) * 4_900 * time.Millisecond)
					p.signUp(address)
				}
				p.arrive()
			})
		})
	}
}

// population is the people who sign up in one of these tests.
type population struct {
	t        *testing.T
	host     *installation
	arrivals arrivals
	healthy  []string // addresses
	troubled []string
	began    map[string]time.Time // of those who signed up, by address
	names    int
}

func newPopulation(t *testing.T, native bool, mix []string, healthy int) *population {
	t.Helper()
	p := &population{t: t, arrivals: arrivals{at: map[string]time.Time{}}, began: map[string]time.Time{}}
	mail := map[string]Service{} // by address
	for n := range healthy {
		p.healthy = append(p.healthy, numberedAddress("healthy")(n))
	}
	services := map[string]Service{
		"crm": func(_ context.Context, call signup.ServiceCall) (string, error) {
			p.arrivals.accept(call)
			return "", nil
		},
		"mail": func(ctx context.Context, call signup.ServiceCall) (string, error) {
			if special := mail[addressOf(call)]; special != nil {
				return special(ctx, call)
			}
			p.arrivals.accept(call)
			return "", nil
		},
	}
	callbacks := []string{}
	for _, kind := range mix {
		for n := range troubles[kind].accounts {
			address := troubles[kind].address(n)
			p.troubled, mail[address] = append(p.troubled, address), troubles[kind].mail
		}
		if call := troubles[kind].callback; call != nil {
			callbacks, services[kind] = append(callbacks, kind), call
		}
	}
	p.host = start(t, native, func(o *Options) {
		o.Conf = mailConf(append(callbacks, "crm")...) // the last service: it waits for the others
		o.Services = services
		o.DispatchInterval = time.Second
	})
	return p
}

func (p *population) signUp(addresses ...string) {
	p.t.Helper()
	for _, address := range addresses {
		p.host.signUp(p.t, person(fmt.Sprintf("user-%d", p.names), address))
		p.names++
		p.began[address] = time.Now()
	}
}

// arrive expects that the events of the healthy arrive in time.
func (p *population) arrive() {
	p.t.Helper()
	time.Sleep(soon)
	synctest.Wait()
	p.arrivals.mu.Lock()
	defer p.arrivals.mu.Unlock()
	for _, service := range []string{"mail", "crm"} {
		late, longest := 0, time.Duration(0)
		for _, address := range p.healthy {
			at, arrived := p.arrivals.at[service+" "+address]
			if took := at.Sub(p.began[address]); !arrived || took > soon {
				late, longest = late+1, max(longest, took)
			}
		}
		if late > 0 {
			p.t.Errorf("%s: %d of %d events did not arrive within %v, but within %v at best", service, late, len(p.healthy), soon, longest)
		}
	}
}
