package tests

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/signuptest"
)

// dispatchers is how many run at once, half of them in the module.
const dispatchers = 6

// round runs dispatchers until none of them finds due events. Dead dispatchers
// are replaced.
func (o *office) round(dies func() func(effect signuptest.Kind, perform func()) bool) {
	o.t.Helper()
	together(o.t, dispatchers, func(n int) (struct{}, error) {
		for {
			var death func(signuptest.Kind, func()) bool
			if dies != nil {
				death = dies()
			}
			data, err := o.run(n, "dispatch", "{}", death)
			if errors.Is(err, errDied) {
				continue
			}
			var answer signup.DispatchResponse
			if err := errors.Join(err, json.Unmarshal(data, &answer)); err != nil {
				return struct{}{}, fmt.Errorf("%w: %s", err, data)
			}
			if !answer.OK() {
				return struct{}{}, fmt.Errorf("dispatch answers %s", data)
			}
			if !answer.More {
				return struct{}{}, nil
			}
		}
	})
}

// untilEmpty runs until no events are left. It moves the clock only when no
// dispatcher runs, so that no lease ends under a living dispatcher.
func (o *office) untilEmpty(dies func() func(effect signuptest.Kind, perform func()) bool) {
	o.t.Helper()
	for o.round(dies); !o.t.Failed(); o.round(dies) {
		left := o.list("outbox/")
		if len(left) == 0 {
			break
		}
		next := int64(math.MaxInt64)
		for _, entry := range left {
			parts := strings.Split(entry.Key, "/") // outbox/<bucket>/<destination>/<state>/<time>/<event>
			due, err := strconv.ParseInt(parts[4], 10, 64)
			if err != nil {
				o.t.Fatal(err)
			}
			if parts[3] == "r" || due <= o.clock.Now() {
				due = o.clock.Now() + 5_000 // it waits for others, and not for longer
			}
			next = min(next, due)
		}
		o.clock.Set(max(o.clock.Now()+1, next))
	}
	if left := o.list("event/"); len(left) > 0 {
		o.t.Errorf("%d events are left that nobody will send", len(left))
	}
}

// story has the deliveries about one user: the ids in order, by service and
// kind.
type story map[string][]string

// stories groups deliveries by user.
func (o *office) stories() (ids map[string]story) {
	ids = map[string]story{}
	for _, d := range o.made {
		if ids[d.username] == nil {
			ids[d.username] = story{}
		}
		what := strings.TrimSpace(d.service + " " + d.kind)
		ids[d.username][what] = append(ids[d.username][what], d.id)
	}
	return ids
}

var wanted = []string{"crm", "mailer welcome"}

// checkDelivered checks that everything was delivered for every user, under one
// id each, and no token: they were confirmed before it could be sent.
func (o *office) checkDelivered(people []string) {
	o.t.Helper()
	ids := o.stories()
	if len(ids) != len(people) {
		o.t.Errorf("%d people were sent something, want %d", len(ids), len(people))
	}
	seen := map[string]string{}
	for _, who := range people {
		for _, what := range wanted {
			list := ids[who][what]
			if len(list) == 0 {
				o.t.Errorf("%s was never sent %s", who, what)
				continue
			}
			for _, id := range list {
				if id != list[0] {
					o.t.Errorf("%s was sent %s under %q and %q", who, what, list[0], id)
				}
			}
			if other := seen[list[0]]; other != "" {
				o.t.Errorf("%s of %s has the id of %s", what, who, other)
			}
			seen[list[0]] = what + " of " + who
		}
		if len(ids[who]) != len(wanted) {
			o.t.Errorf("%s was sent %v", who, ids[who])
		}
	}
}

func TestDispatchersShareTheOutbox(t *testing.T) {
	t.Parallel()
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, open(t))
			people := o.accounts(200)
			if n := len(o.list("event/")); n != 600 {
				t.Fatalf("there are %d events, want 600", n)
			}
			o.untilEmpty(nil)
			o.checkDelivered(people)
			if len(o.made) != 400 {
				t.Errorf("400 events were delivered by %d calls", len(o.made))
			}
		})
	}
}

// deadly are the effects during which dispatchers die.
var deadly = []signuptest.Kind{"call", "commit", "get"}

// mortality makes every second dispatcher die during one of its first effects
// of one kind, the kinds in turn, until enough have died. Half of them die
// before the effect, half after it and before its answer.
type mortality struct {
	mu     sync.Mutex
	random *rand.Rand
	chosen int                     // how many were chosen to die
	left   int                     // how many more are to die
	during map[signuptest.Kind]int // how many died, by effect
}

func (m *mortality) next() func(effect signuptest.Kind, perform func()) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.left == 0 || m.random.IntN(2) == 0 {
		return nil
	}
	last, lastOf, happens := m.random.IntN(5), deadly[m.chosen%len(deadly)], m.random.IntN(2) == 0
	m.chosen++
	return func(effect signuptest.Kind, perform func()) bool {
		if effect == lastOf {
			last--
		}
		if last >= 0 {
			perform()
			return false
		}
		if happens {
			perform()
		}
		m.mu.Lock()
		defer m.mu.Unlock()
		m.left = max(0, m.left-1)
		m.during[effect]++
		return true
	}
}

func TestDispatchersDieAndNothingIsLost(t *testing.T) {
	t.Parallel()
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, open(t))
			people := o.accounts(200)
			m := &mortality{random: rand.New(rand.NewPCG(1, 2)), left: 150, during: map[signuptest.Kind]int{}}
			o.untilEmpty(m.next)
			o.checkDelivered(people)
			for _, effect := range deadly {
				if m.during[effect] == 0 {
					t.Errorf("no dispatcher died during a %s", effect)
				}
			}
			if len(o.made) <= 400 {
				t.Error("nothing was delivered twice: the deaths prove nothing")
			}
		})
	}
}

// A service that hangs delays only the dispatcher that calls it.
func TestHangingCallDelaysNobodyElse(t *testing.T) {
	t.Parallel()
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, open(t))
			people := o.accounts(20)
			hanging, deadline := make(chan string, 1), make(chan struct{})
			var calls atomic.Int64
			o.serve = func(d delivery) error {
				if d.service == "crm" && calls.Add(1) == 1 {
					hanging <- d.username
					<-deadline
					return errors.New("the service took too long")
				}
				return nil
			}
			var first sync.WaitGroup
			first.Go(func() { o.run(0, "dispatch", "{}", nil) })
			late := <-hanging

			o.round(nil)
			o.mu.Lock()
			sent := len(o.made)
			o.mu.Unlock()
			if sent != 2*len(people)-1 {
				t.Errorf("while the callback of %s hung, %d of %d others were delivered", late, sent, 2*len(people)-1)
			}
			close(deadline)
			first.Wait()
			o.untilEmpty(nil)
			o.checkDelivered(people)
		})
	}
}

// broken makes the callbacks of an office fail, and claims a name for each of n
// people.
func (o *office) broken(n int) (people []string) {
	o.serve = func(d delivery) error {
		if d.service == "crm" {
			return errors.New("out of order")
		}
		return nil
	}
	for n := range n {
		people = append(people, fmt.Sprintf("person-%d", n))
		o.claim(people[n])
	}
	return people
}

// A service that always fails delays no other: all other events are delivered
// once, without moving the clock.
func TestDeadServiceDelaysNoOther(t *testing.T) {
	t.Parallel()
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, open(t))
			people := o.broken(40)
			o.round(nil)
			ids := o.stories()
			for _, who := range people {
				if n := len(ids[who]["mailer confirm"]); n != 1 {
					t.Errorf("%s was sent %d messages, want 1", who, n)
				}
			}
		})
	}
}

func TestServiceThatAlwaysFailsLeavesDeadLetters(t *testing.T) {
	t.Parallel()
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, open(t))
			people := o.broken(6)
			o.untilEmpty(nil)
			ids := o.stories()
			for _, who := range people {
				if n := len(ids[who]["crm"]); n != 20 {
					t.Errorf("the callback of %s was tried %d times, want 20", who, n)
				}
			}
			o.checkDead(len(people), "crm")
		})
	}
}

// checkDead checks that there are n undamaged dead letters of one service.
func (o *office) checkDead(n int, destination string) {
	o.t.Helper()
	dead := o.list("dead/")
	if len(dead) != n {
		o.t.Errorf("there are %d dead letters, want %d", len(dead), n)
	}
	for _, entry := range dead {
		var letter struct {
			ID, Destination, Reason, Sealed string
			Tries                           int
		}
		if err := json.Unmarshal([]byte(entry.Data), &letter); err != nil {
			o.t.Fatal(err)
		}
		if !strings.HasSuffix(entry.Key, "/"+letter.ID) || letter.Destination != destination || letter.Tries != 20 ||
			letter.Reason != "out of order" || letter.Sealed == "" {
			o.t.Errorf("%s is %s", entry.Key, entry.Data)
		}
	}
}
