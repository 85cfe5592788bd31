package tests

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/enrol-sso/enrol/signup"
)

// dispatchers is how many work at once, half of them in the module.
const dispatchers = 6

// round lets dispatchers work until none of them finds anything that is due.
// Those that die are replaced.
func (o *office) round(dies func() func(effect string, perform func()) bool) {
	o.t.Helper()
	together(o.t, dispatchers, func(n int) (struct{}, error) {
		for {
			var death func(string, func()) bool
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

// untilEmpty works until nothing is left to be sent. It moves the clock only
// when nobody is at work, so that no lease ends under a living dispatcher.
func (o *office) untilEmpty(dies func() func(effect string, perform func()) bool) {
	o.t.Helper()
	for o.round(dies); !o.t.Failed(); o.round(dies) {
		left := o.list("outbox/")
		if len(left) == 0 {
			break
		}
		due, err := strconv.ParseInt(strings.Split(left[0].Key, "/")[2], 10, 64)
		if err != nil {
			o.t.Fatal(err)
		}
		o.now.Store(max(o.now.Load(), due))
	}
	if left := o.list("event/"); len(left) > 0 {
		o.t.Errorf("%d events are left that nobody will send", len(left))
	}
}

// story is what somebody was sent: which ids in which order, by service and
// kind.
type story map[string][]string

// stories sorts what was delivered by people. The positions of calls are those
// among all.
func (o *office) stories() (ids map[string]story, positions map[string]map[string][]int) {
	ids, positions = map[string]story{}, map[string]map[string][]int{}
	for at, d := range o.made {
		if ids[d.username] == nil {
			ids[d.username], positions[d.username] = story{}, map[string][]int{}
		}
		what := strings.TrimSpace(d.service + " " + d.kind)
		ids[d.username][what] = append(ids[d.username][what], d.id)
		positions[d.username][what] = append(positions[d.username][what], at)
	}
	return ids, positions
}

var wanted = []string{"crm", "mailer confirm", "mailer welcome"}

// checkDelivered makes sure that everybody was sent everything, under one id
// each, and the message with the token before that of welcome.
func (o *office) checkDelivered(people []string) {
	o.t.Helper()
	ids, positions := o.stories()
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
		confirm, welcome := positions[who]["mailer confirm"], positions[who]["mailer welcome"]
		if len(confirm) > 0 && len(welcome) > 0 && confirm[len(confirm)-1] > welcome[0] {
			o.t.Errorf("%s was welcomed by call %d, and sent the token by call %d", who, welcome[0], confirm[len(confirm)-1])
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
			if len(o.made) != 600 {
				t.Errorf("600 events were delivered by %d calls", len(o.made))
			}
		})
	}
}

// mortality makes dispatchers die, one in two within its first 60 effects,
// until so many have died. Half of them die before the effect, half when it has
// happened and nobody was told.
type mortality struct {
	mu     sync.Mutex
	random *rand.Rand
	left   int
	during map[string]int // how many died, by effect
}

func (m *mortality) next() func(effect string, perform func()) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.left == 0 || m.random.IntN(2) == 0 {
		return nil
	}
	m.left--
	last, happens := m.random.IntN(60), m.random.IntN(2) == 0
	return func(effect string, perform func()) bool {
		last--
		if last >= 0 {
			perform()
			return false
		}
		if happens {
			perform()
		}
		m.mu.Lock()
		defer m.mu.Unlock()
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
			m := &mortality{random: rand.New(rand.NewPCG(1, 2)), left: 150, during: map[string]int{}}
			o.untilEmpty(m.next)
			o.checkDelivered(people)
			for _, effect := range []string{"call", "commit", "get"} {
				if m.during[effect] == 0 {
					t.Errorf("no dispatcher died during a %s", effect)
				}
			}
			if len(o.made) <= 600 {
				t.Error("nothing was delivered twice: the deaths prove nothing")
			}
		})
	}
}

// A service that hangs holds up the dispatcher that calls it, and nobody else.
func TestHangingCallHoldsUpNobodyElse(t *testing.T) {
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
			o.now.Add(10_000) // for messages of welcome that met the message before them
			o.round(nil)
			o.mu.Lock()
			sent := len(o.made)
			o.mu.Unlock()
			if sent != 3*len(people)-1 {
				t.Errorf("while the callback of %s hung, %d of %d others were delivered", late, sent, 3*len(people)-1)
			}
			close(deadline)
			first.Wait()
			o.untilEmpty(nil)
			o.checkDelivered(people)
		})
	}
}

// A service that always fails holds up no other: all that is for others goes
// out without the clock having to move, and once.
func TestDeadServiceHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, open(t))
			var people []string
			for n := range 40 {
				people = append(people, fmt.Sprintf("person-%d", n))
				o.claim(people[n])
			}
			o.serve = func(d delivery) error {
				if d.service == "crm" {
					return errors.New("out of order")
				}
				return nil
			}
			o.round(nil)
			ids, _ := o.stories()
			for _, who := range people {
				if n := len(ids[who]["mailer confirm"]); n != 1 {
					t.Errorf("%s was sent %d messages, want 1", who, n)
				}
			}
			o.untilEmpty(nil)
			ids, _ = o.stories()
			for _, who := range people {
				if n := len(ids[who]["crm"]); n != 20 {
					t.Errorf("the callback of %s was tried %d times, want 20", who, n)
				}
			}
			o.checkDead(len(people), "crm")
		})
	}
}

// checkDead makes sure that there are n dead letters, whole, of one service.
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

// What comes after a dead letter goes out when that was given up, not before.
func TestSuccessorOfADeadLetterGoesOn(t *testing.T) {
	t.Parallel()
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, open(t))
			people := o.accounts(20)
			o.serve = func(d delivery) error {
				if d.kind == "confirm" {
					return errors.New("out of order")
				}
				return nil
			}
			o.untilEmpty(nil)
			o.checkDelivered(people)
			ids, _ := o.stories()
			for _, who := range people {
				if confirm, welcome := len(ids[who]["mailer confirm"]), len(ids[who]["mailer welcome"]); confirm != 20 || welcome != 1 {
					t.Errorf("%s: %d tries of the message, and welcomed %d times", who, confirm, welcome)
				}
			}
			o.checkDead(len(people), "message service")
		})
	}
}
