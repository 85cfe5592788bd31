package tests

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// receiver is a callback service that records the ids of its calls per user. It
// refuses every tenth account once.
type receiver struct {
	*httptest.Server
	mu      sync.Mutex
	heard   map[string]map[string]bool // ids by username
	refused map[string]bool
	calls   int
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{heard: map[string]map[string]bool{}, refused: map[string]bool{}}
	r.Server = httptest.NewServer(http.HandlerFunc(r.receive))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) receive(w http.ResponseWriter, request *http.Request) {
	var event struct {
		Data struct {
			Username string `json:"username"`
		} `json:"data"`
	}
	if err := json.NewDecoder(request.Body).Decode(&event); err != nil {
		http.Error(w, "no JSON", http.StatusBadRequest)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	name := event.Data.Username
	if r.heard[name] == nil {
		r.heard[name] = map[string]bool{}
	}
	r.heard[name][request.Header.Get("Webhook-Id")] = true
	r.calls++
	if r.calls%10 == 0 && !r.refused[name] {
		r.refused[name] = true
		http.Error(w, "later", http.StatusServiceUnavailable)
	}
}

// missing returns the users without a call.
func (r *receiver) missing(names []string) (missing []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, name := range names {
		if len(r.heard[name]) == 0 {
			missing = append(missing, name)
		}
	}
	return missing
}

func TestKilledUnderLoadLosesNothing(t *testing.T) {
	t.Parallel() // it waits for leases to end
	callbacks := newReceiver(t)
	data := filepath.Join(t.TempDir(), "data")
	conf := write(t, "sso.conf", telling+"callback_service_list="+callbacks.URL+"/hook\n"+cheap)

	var mu sync.Mutex
	var acknowledged []string
	var load sync.WaitGroup
	for round := range 3 {
		s := serve(t, "--data", data, "--conf", conf)
		enough := make(chan struct{})
		var once sync.Once
		for worker := range 8 {
			load.Go(func() {
				for n := 0; ; n++ {
					name := fmt.Sprintf("person-%d-%d-%d", round, worker, n)
					if !s.signUp(name) {
						return // the server is dead
					}
					mu.Lock()
					acknowledged = append(acknowledged, name)
					if len(acknowledged) > 150*(round+1) {
						once.Do(func() { close(enough) })
					}
					mu.Unlock()
				}
			})
		}
		<-enough
		s.kill()
		load.Wait()
	}

	s := serve(t, "--data", data, "--conf", conf)
	await(t, "everybody was called back", func() bool { return len(callbacks.missing(acknowledged)) == 0 })
	s.stop(t)
	for _, name := range acknowledged {
		if ids := callbacks.heard[name]; len(ids) != 1 {
			t.Errorf("%s was called back with %d ids, want 1", name, len(ids))
		}
	}

	var requests strings.Builder
	for _, name := range acknowledged {
		fmt.Fprintf(&requests, "{\"username\":%q}\n", name)
	}
	got := enrol(t, requests.String(), "get", "--data", data, "--conf", conf)
	if got.code != 0 || len(got.lines()) != len(acknowledged) {
		t.Errorf("exit code %d and %d accounts, want 0 and %d: %s", got.code, len(got.lines()), len(acknowledged), got.stderr)
	}
}
