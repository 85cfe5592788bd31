package module

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/wasm/wire"
)

// stage is the host of one operation: the same time and entropy whenever it
// plays, a store that several may share, and a list of the effects.
type stage struct {
	store *memory.Store
	draw  *rand.ChaCha8

	mu      sync.Mutex
	effects []string // with request and answer
}

func newStage(store *memory.Store, seed byte) *stage {
	return &stage{store: store, draw: rand.NewChaCha8([32]byte{seed})}
}

// do performs an effect, as a Do.
func (s *stage) do(_ context.Context, effect string, request []byte) []byte {
	answer := wire.Perform(s, effect, request)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.effects = append(s.effects, fmt.Sprintf("%s %s\n%s", effect, request, answer))
	return answer
}

func (s *stage) script() string { return strings.Join(s.effects, "\n") }

func (s *stage) Get(keys []string) ([]kv.Value, error) {
	return s.store.Get(context.Background(), keys)
}

func (s *stage) Commit(batch kv.Batch) ([]string, error) {
	return s.store.Commit(context.Background(), batch)
}

func (s *stage) Scan(prefix, after string, limit int) ([]kv.Entry, error) {
	return s.store.Scan(context.Background(), prefix, after, limit)
}

func (s *stage) Entropy(n int) ([]byte, error) {
	random := make([]byte, n)
	s.draw.Read(random)
	return random, nil
}

func (s *stage) Now() (int64, error) { return 1_790_000_000_000, nil }

func (s *stage) Audit(signup.AuditEvent) error { return nil }

func (s *stage) Call(signup.ServiceCall) (string, error) { return "", nil }

// DeriveKey stands in for a password hash, which these tests are not about.
func (s *stage) DeriveKey(params signup.KDFParams, password, salt []byte) ([]byte, error) {
	key := make([]byte, params.Length)
	copy(key, salt)
	return key, nil
}

// openStore prepares a store through the pool.
func openStore(t testing.TB, pool *Pool) *memory.Store {
	t.Helper()
	store := memory.New()
	if answer := mustRun(t, pool, "open", "{}", newStage(store, 0).do); answer.Status != signup.StatusOK {
		t.Fatalf("open: %+v", answer)
	}
	return store
}

// response is what the tests look at in an answer.
type response struct {
	signup.Response
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

// mustRun runs an operation that has to give an answer.
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
