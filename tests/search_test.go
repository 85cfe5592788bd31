package tests

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/signup"
)

// asked posts a request of a super-user and returns the status and the body.
func asked(t *testing.T, s *server, operation, body string) (int, string) {
	t.Helper()
	request, err := http.NewRequest("POST", s.url+"/enrol/"+operation, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+superKey)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

// A super-user pages over HTTP through accounts that stay, while others sign up,
// expire and are purged.
func TestSearchOverHTTPWhilePeopleSignUp(t *testing.T) {
	dir := t.TempDir()
	data, conf, key := filepath.Join(dir, "data"), write(t, "sso.conf", telling+cheap), write(t, "super.key", superKey)
	s := serve(t, "--data", data, "--conf", conf, "--native", "--super-api-key-file", key)
	applicants := func(kind string, n int) string {
		var lines strings.Builder
		for i := range n {
			lines.WriteString(applicant(fmt.Sprintf("%s%d", kind, i)) + "\n")
		}
		return lines.String()
	}
	ok(t, applicants("stay", 60), "signup", "--data", data)
	var work sync.WaitGroup
	stop := make(chan struct{})
	work.Go(func() {
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			default:
			}
			enrol(t, applicants(fmt.Sprintf("new%d-", n), 5), "signup", "--data", data)
			enrol(t, "", "purge", "--data", data)
		}
	})
	for _, body := range []string{`{"limit":3`, `{"limit":3,"username":"STAY"`, `{"limit":2,"state":"before_confirmation","is_locked":false`} {
		seen, cursor := map[string]int{}, ""
		for {
			text, err := json.Marshal(cursor)
			if err != nil {
				t.Fatal(err)
			}
			status, answer := asked(t, s, "search", body+`,"cursor":`+string(text)+`}`)
			var page signup.SearchResponse
			if err := json.Unmarshal([]byte(answer), &page); err != nil || status != http.StatusOK {
				t.Fatalf("%d %s", status, answer)
			}
			for _, user := range page.Users {
				seen[user.Username]++
			}
			if cursor = page.Cursor; cursor == "" {
				break
			}
		}
		for i := range 60 {
			if name := fmt.Sprintf("stay%d", i); seen[name] != 1 {
				t.Errorf("%s}: %s is on %d pages", body, name, seen[name])
			}
		}
	}
	close(stop)
	work.Wait()
}

// The commands on a server's socket and with --server answer the same as HTTP.
func TestOperatorsLookAtARunningServer(t *testing.T) {
	dir := t.TempDir()
	data, conf, key := filepath.Join(dir, "data"), write(t, "sso.conf", telling+cheap), write(t, "super.key", superKey)
	s := serve(t, "--data", data, "--conf", conf, "--native", "--super-api-key-file", key, "--audit-max-bytes", "8192")
	claims := ok(t, applicant("ada")+"\n"+applicant("bob")+"\n", "signup", "--data", data)
	ok(t, claims, "confirm", "--data", data)
	for n := range 30 { // so that the trail is rotated
		ok(t, applicant(fmt.Sprintf("user%d", n)), "signup", "--data", data)
	}
	for _, flags := range [][]string{{"--data", data}, {"--server", s.url, "--super-api-key-file", key}} {
		run := func(args ...string) string {
			t.Helper()
			return ok(t, "", append(args, flags...)...)
		}
		var user signup.User
		if got := run("search", "--email", "ADA@example.com", "--state", "final"); json.Unmarshal([]byte(got), &user) != nil || user.Username != "ada" {
			t.Fatalf("%s", got)
		}
		if got := run("search", "--username", "user"); strings.Count(got, "\n") != 30 {
			t.Errorf("%s", got)
		}
		ok(t, "", append([]string{"lock", user.UserID}, flags...)...)
		trail := run("audit", "--user", user.UserID)
		for _, op := range []string{"user.create_user", "user.confirm_signup", "user.lock"} {
			if !strings.Contains(trail, `"op":"`+op+`"`) {
				t.Errorf("%s is not in %s", op, trail)
			}
		}
		if got := run("audit", "--since", "2020-01-01"); strings.Count(got, `"op":"user.create_user"`) != 32 || strings.Count(got, `"op":"audit.rotate"`) < 1 {
			t.Errorf("%s", got)
		}
		var counters host.Counters
		if got := run("counters"); json.Unmarshal([]byte(got), &counters) != nil || counters.PendingClaims < 30 || len(counters.Operations) == 0 {
			t.Errorf("%s", got)
		}
	}
	wrong := write(t, "wrong.key", strings.Repeat("w", len(superKey)))
	if got := enrol(t, "", "counters", "--server", s.url, "--super-api-key-file", wrong); got.code != 1 || !strings.Contains(got.stderr, "the counters were refused: [E005005]") {
		t.Errorf("%+v", got)
	}
	if got := enrol(t, "", "audit", "--since", "2020-01-01", "--audit", data+".audit.jsonl"); got.code != 0 || strings.Count(got.stdout, `"op":"user.create_user"`) != 32 {
		t.Errorf("from the files: %d %s%s", got.code, got.stdout, got.stderr)
	}
	s.stop(t)
	if got := ok(t, "", "audit", "--since", "2020-01-01", "--data", data); strings.Count(got, `"op":"user.create_user"`) != 32 {
		t.Errorf("without the server: %s", got)
	}
}

func TestHostileRequestsOfOperators(t *testing.T) {
	dir := t.TempDir()
	conf, key := write(t, "sso.conf", telling+cheap), write(t, "super.key", superKey)
	s := serve(t, "--data", filepath.Join(dir, "data"), "--conf", conf, "--native", "--super-api-key-file", key)
	for _, operation := range []string{"search", "audit", "counters"} {
		for _, body := range []string{
			``, `[]`, `null`, `{"limit":1e99}`, `{"limit":-5}`, `{"cursor":"../../etc/passwd"}`, `{"cursor":{"a":1}}`, `{"cid":"\ud800"}`, `{"username":"\udfff"}`,
			"{\"cid\":\"\xff\"}", `{"cid":"a","cid":"b"}`, `{"since":{}}`, `{"until":"2026-13-45T99:00:00Z"}`, `{"super_user":true}`, `{"current_user":"key:x"}`,
			strings.Repeat(`{"a":`, 5000), `{"cid":"` + strings.Repeat("x", 70_000) + `"}`, `{"user_id":null,"x":1}`,
		} {
			status, text := asked(t, s, operation, body)
			if status < 400 || status >= 500 || !strings.Contains(text, "E00800") {
				t.Errorf("%s %.60q: %d %s", operation, body, status, text)
			}
		}
	}
}
