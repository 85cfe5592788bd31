package tests

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/pebble"
)

// candidate is a user who signs up, with the expected result: "" for an
// account, a code, or either for one of two spellings of one name.
type candidate struct {
	username, email, password string
	want                      string
	twin                      int // index of the other spelling, if want is either
}

const either = "either"

// crowd generates 1,000 people: 850 distinct ones, 50 pairs who spell one
// username in two ways, and 50 who break one rule each.
func crowd() []candidate {
	var people []candidate
	add := func(username, want string) *candidate {
		n := len(people)
		people = append(people, candidate{
			username: username,
			email:    fmt.Sprintf("person%d@example.com", n),
			password: fmt.Sprintf("a long enough secret %d", n),
			want:     want,
		})
		return &people[n]
	}
	for n := range 850 {
		add(fmt.Sprintf("person-%d", n), "")
	}
	for n := range 50 {
		name := fmt.Sprintf("twin-%d", n)
		add(name, either).twin = len(people)
		add(respelled(name, n), either).twin = len(people) - 2
	}
	for n := range 5 {
		add("", "E001001")
		add(fmt.Sprintf("my-admin-%d", n), "E001001")
		add(fmt.Sprintf("%d", n)+strings.Repeat("x", 128), "E001003")
		add(fmt.Sprintf("two words %d", n), "E001004")
		add(fmt.Sprintf("invalid-%d", n), "E002001").email = "nobody"
		add(fmt.Sprintf("invalid-b-%d", n), "E002003").email = strings.Repeat("x", 129) + "@example.com"
		add(fmt.Sprintf("invalid-c-%d", n), "E002005").email = ""
		add(fmt.Sprintf("invalid-d-%d", n), "E003001").password = "my qwerty secret"
		add(fmt.Sprintf("invalid-e-%d", n), "E003002").password = "short"
		add(fmt.Sprintf("invalid-f-%d", n), "E003003").password = strings.Repeat("x", 257)
	}
	return people
}

// respelled writes a name in capitals or in full-width letters.
func respelled(name string, n int) string {
	if n%2 == 0 {
		return strings.ToUpper(name)
	}
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' {
			return r - 'a' + 'ａ'
		}
		return r
	}, name)
}

func (c candidate) request() string {
	data, err := json.Marshal(map[string]any{
		"current_app": "CRM",
		"remote_addr": "203.0.113.7",
		"ctx": map[string]any{
			"username": c.username, "email": c.email, "password": c.password, "app_list": []string{"CRM"},
		},
	})
	if err != nil {
		panic(err)
	}
	return string(data)
}

func TestAThousandPeople(t *testing.T) {
	t.Parallel()
	people := crowd()
	if len(people) != 1000 {
		t.Fatalf("there are %d people", len(people))
	}
	order := rand.New(rand.NewPCG(1, 2)).Perm(len(people))
	var requests strings.Builder
	for _, n := range order {
		requests.WriteString(people[n].request() + "\n")
	}
	data := filepath.Join(t.TempDir(), "data")
	conf := write(t, "sso.conf", telling+cheap)

	run := enrol(t, "", "signup", "--data", data, "--conf", conf, write(t, "people.jsonl", requests.String()))
	if run.code != 1 {
		t.Fatalf("exit code %d, want 1, since some were refused: %s", run.code, run.stderr)
	}
	if len(run.lines()) != len(people) {
		t.Fatalf("%d answers for %d requests", len(run.lines()), len(people))
	}
	got := make([]string, len(people)) // the code of each answer, "" for ok
	for i, line := range run.lines() {
		got[order[i]] = codes(t, line)
	}
	for n, person := range people {
		switch {
		case person.want != either:
			if got[n] != person.want {
				t.Errorf("%q: got %q, want %q", person.username, got[n], person.want)
			}
		case got[n] == "" && got[person.twin] == "E001002", got[n] == "E001002" && got[person.twin] == "":
		default:
			t.Errorf("%q and %q: got %q and %q, want one account and one E001002",
				person.username, people[person.twin].username, got[n], got[person.twin])
		}
	}
	if n := count(t, data, "user/"); n != 900 {
		t.Errorf("there are %d accounts, want 900", n)
	}
	if n := count(t, data, "name/"); n != 900 {
		t.Errorf("there are %d names, want 900", n)
	}
}

// codes returns the status codes of an answer, "" if it is ok.
func codes(t *testing.T, answer string) string {
	t.Helper()
	var parsed struct {
		Status    string   `json:"status"`
		SubStatus []string `json:"sub_status"`
		Token     string   `json:"confirm_token"`
	}
	if err := json.Unmarshal([]byte(answer), &parsed); err != nil {
		t.Fatalf("%v: %s", err, answer)
	}
	if parsed.Status == "ok" && len(parsed.Token) != 32 {
		t.Errorf("an answer that is ok has no token: %s", answer)
	}
	return strings.Join(parsed.SubStatus, " ")
}

// count returns how many keys of a prefix a data directory holds.
func count(t *testing.T, dir, prefix string) int {
	t.Helper()
	store, err := pebble.Open(dir, pebble.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	total, after := 0, ""
	for {
		entries, err := store.Scan(t.Context(), prefix, after, kv.MaxScanLimit)
		if err != nil {
			t.Fatal(err)
		}
		total += len(entries)
		if len(entries) < kv.MaxScanLimit {
			return total
		}
		after = entries[len(entries)-1].Key
	}
}
