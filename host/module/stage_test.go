package module

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/signuptest"
	"github.com/enrol-sso/enrol/wasm/wire"
)

// stage is the host of one operation: with the same time and entropy in every
// run, a store that several can share, and a list of the effects.
type stage struct {
	*signuptest.Host

	mu      sync.Mutex
	effects []string // with request and answer
}

func newStage(store *memory.Store, seed uint64) *stage {
	host := signuptest.New()
	host.Store, host.Random = store, signuptest.Seeded(seed)
	return &stage{Host: host}
}

// do performs an effect, as a Do.
func (s *stage) do(_ context.Context, effect string, request []byte) []byte {
	answer := wire.Perform(s.Host, effect, request)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.effects = append(s.effects, fmt.Sprintf("%s %s\n%s", effect, request, answer))
	return answer
}

func (s *stage) script() string { return strings.Join(s.effects, "\n") }

// openStore prepares a store through the pool.
func openStore(t testing.TB, pool *Pool) *memory.Store {
	t.Helper()
	store := memory.New()
	if answer := mustRun(t, pool, "open", "{}", newStage(store, 0).do); answer.Status != signup.StatusOK {
		t.Fatalf("open: %+v", answer)
	}
	return store
}

// response has the members of an answer that the tests check.
type response struct {
	signup.Response
	rest
}

func (r *response) UnmarshalJSON(data []byte) error {
	return errors.Join(json.Unmarshal(data, &r.Response), json.Unmarshal(data, &r.rest))
}

// rest is what only some answers have.
type rest struct {
	ConfirmToken string `json:"confirm_token"`
	UserID       string `json:"user_id"`
}

func readResponse(t testing.TB, answer []byte) response {
	t.Helper()
	var r response
	if err := json.Unmarshal(answer, &r); err != nil {
		t.Fatalf("%v: %q", err, answer)
	}
	return r
}

// mustRun runs an operation, which must return an answer.
func mustRun(t testing.TB, pool *Pool, name, request string, do Do) response {
	t.Helper()
	answer, err := pool.Run(t.Context(), name, []byte(request), do)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return readResponse(t, answer)
}

func signupRequest(n int) string {
	return fmt.Sprintf(`{"ctx":{"username":"user%d","password":"correct horse","email":"u%d@example.com","app_list":["CRM"]}}`, n, n)
}
