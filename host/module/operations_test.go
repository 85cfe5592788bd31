package module

import (
	"context"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/enrol-sso/enrol/signup"
)

// play runs a signup, its confirmation and a dispatch on a new store, and
// returns every effect and every answer.
func play(t *testing.T, immediate func(string) bool) string {
	t.Helper()
	pool := openPool(t, func(o *Options) { o.Immediate = immediate })
	store := openStore(t, pool)
	var script strings.Builder
	run := func(name, request string) response {
		s := newStage(store, 7)
		answer, err := pool.Run(t.Context(), name, []byte(request), s.do)
		if err != nil {
			t.Fatal(err)
		}
		script.WriteString(s.script() + "\n" + string(answer) + "\n")
		return readResponse(t, answer)
	}
	signedUp := run("signup", signupRequest(1))
	run("dispatch", `{}`)
	run("confirm", `{"confirm_token":"`+signedUp.ConfirmToken+`"}`)
	run("get", `{"username":"user1"}`)
	run("validate", `{"ctx":{"username":"admin"}}`)
	return script.String()
}

func TestImmediateAndWaitingAnswersGiveTheSameResult(t *testing.T) {
	t.Parallel()
	want := play(t, nil)
	if strings.Count(want, `"status":"ok"`) != 4 || !strings.Contains(want, "kv_commit") || !strings.Contains(want, "callback") {
		t.Fatalf("the script is not what the test is about:\n%s", want)
	}
	turn := 0
	for name, immediate := range map[string]func(string) bool{
		"all wait":        func(string) bool { return false },
		"all are at once": func(string) bool { return true },
		"by turns":        func(string) bool { turn++; return turn%2 == 0 },
	} {
		if got := play(t, immediate); got != want {
			t.Errorf("%s: the effects or answers differ:\n%s\nwant\n%s", name, got, want)
		}
	}
}

// shuffler holds effects back until enough of them wait, and answers them in an
// order that depends on the seed.
type shuffler struct {
	mu      sync.Mutex
	draw    *rand.Rand
	waiting []chan struct{}
	left    int // operations not yet done
	most    int
}

// wait returns when it is the effect's turn.
func (s *shuffler) wait() {
	turn := make(chan struct{})
	s.mu.Lock()
	s.waiting = append(s.waiting, turn)
	s.most = max(s.most, len(s.waiting))
	s.next()
	s.mu.Unlock()
	<-turn
}

// next releases one if every running operation waits.
func (s *shuffler) next() {
	if len(s.waiting) < s.left || s.left == 0 {
		return
	}
	i := s.draw.IntN(len(s.waiting))
	close(s.waiting[i])
	s.waiting[i] = s.waiting[len(s.waiting)-1]
	s.waiting = s.waiting[:len(s.waiting)-1]
}

func (s *shuffler) done() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left--
	s.next()
}

func TestHundredsOfOperationsInterleaveInOneInstance(t *testing.T) {
	t.Parallel()
	const operations = 300
	pool := openPool(t, func(o *Options) { o.MaxOperations = operations })
	store := openStore(t, pool)
	s := &shuffler{draw: rand.New(rand.NewPCG(1, 2)), left: operations}
	tokens := make([]string, operations)
	ids := make([]string, operations)
	together := func(what func(n int, do func(*stage) Do)) {
		s.left = operations
		var wait sync.WaitGroup
		for n := range operations {
			wait.Go(func() {
				defer s.done()
				what(n, func(st *stage) Do {
					return func(ctx context.Context, effect string, request []byte) []byte {
						if effect != "now" && effect != "entropy" {
							s.wait()
						}
						return st.do(ctx, effect, request)
					}
				})
			})
		}
		wait.Wait()
	}
	run := func(n int, name, request string, do Do) response {
		answer, err := pool.Run(t.Context(), name, []byte(request), do)
		if err != nil {
			t.Error(err)
			return response{}
		}
		return readResponse(t, answer)
	}
	stageOf := func(n int) *stage {
		return newStage(store, uint64(1000+n))
	}
	together(func(n int, do func(*stage) Do) {
		r := run(n, "signup", signupRequest(n), do(stageOf(n)))
		if r.Status != signup.StatusOK {
			t.Errorf("signup %d: %+v", n, r)
		}
		tokens[n] = r.ConfirmToken
	})
	together(func(n int, do func(*stage) Do) {
		r := run(n, "confirm", `{"confirm_token":"`+tokens[n]+`"}`, do(stageOf(n)))
		if r.Status != signup.StatusOK || r.UserID == "" {
			t.Errorf("confirm %d: %+v", n, r)
		}
		ids[n] = r.UserID
	})
	seen := map[string]bool{}
	for _, id := range ids {
		seen[id] = true
	}
	if len(seen) != operations {
		t.Errorf("%d accounts for %d tokens", len(seen), operations)
	}
	if s.most < operations {
		t.Errorf("at most %d of %d operations waited at once", s.most, operations)
	}
	if pool.instances[0].active != 0 || len(pool.instances) != 1 {
		t.Errorf("%d instances, %d operations", len(pool.instances), pool.instances[0].active)
	}
}

func TestOperationThatDoesNotExistIsAnError(t *testing.T) {
	t.Parallel()
	pool := openPool(t, nil)
	for _, name := range []string{"", "resume", "cancel", "buffer", "_initialize", "erase"} {
		if _, err := pool.Run(t.Context(), name, nil, newStage(nil, 0).do); err == nil || !strings.Contains(err.Error(), "no operation") {
			t.Errorf("%q: %v", name, err)
		}
	}
}
