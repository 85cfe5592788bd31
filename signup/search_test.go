package signup

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

// searchPages runs a search page by page and returns the usernames of each.
// between runs before each page but the first.
func (w *world) searchPages(request SearchRequest, between func(page int)) (pages [][]string) {
	w.t.Helper()
	request.superUser = true
	for {
		var answer SearchResponse
		if err := json.Unmarshal([]byte(w.mustRun("search", request).text), &answer); err != nil {
			w.t.Fatal(err)
		}
		names := []string{}
		for _, user := range answer.Users {
			names = append(names, user.Username)
		}
		pages = append(pages, names)
		if answer.Cursor == "" {
			return pages
		}
		request.Cursor = answer.Cursor
		if between != nil {
			between(len(pages))
		}
	}
}

// search returns the usernames that a search finds, sorted.
func (w *world) search(request SearchRequest) []string {
	w.t.Helper()
	names := slices.Concat(w.searchPages(request, nil)...)
	slices.Sort(names)
	return names
}

func yes() *bool { is := true; return &is }
func no() *bool  { return new(bool) }

func TestSearchFindsWhatHasEverythingThatIsWanted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "enrol.username_may_be_email=True", "signup.is_approval_needed=True")
	start := w.Clock.Now()
	ada := w.account("Ada", "ada@example.com")
	w.mustRun("approve", ApprovalRequest{UserID: ada, caller: caller{superUser: true}})
	w.account("adam", "adam@example.com")
	w.account("adele@example.com", "adele@example.com")
	w.pass(10 * minute)
	w.claim("adrian", "shared@example.com")
	bob := w.account("bob", "BOB@Example.com")
	w.mustRun("lock", locking(bob))
	w.claim("ada", "void@example.com") // void: it has no account and no name
	w.claim("claire", "bob@example.com")
	w.claim("adrienne@example.org", "adrienne@example.org")
	w.claim("Élodie", "elodie@example.com")
	middle := timeOf(start + 5*minute)
	for _, c := range []struct {
		request SearchRequest
		want    string
	}{
		{SearchRequest{}, "Ada adam adele@example.com adrian adrienne@example.org bob Élodie"},
		{SearchRequest{Username: "AD"}, "Ada adam adele@example.com adrian adrienne@example.org"},
		{SearchRequest{Username: "ada"}, "Ada adam"},
		{SearchRequest{Username: "adam"}, "adam"},
		{SearchRequest{Username: "Ａｄａ"}, "Ada adam"}, // full-width
		{SearchRequest{Username: "é"}, "Élodie"},
		{SearchRequest{Username: "E\u0301"}, "Élodie"},
		{SearchRequest{Username: "adele@"}, "adele@example.com"},
		{SearchRequest{Username: "ADR", State: "before_confirmation"}, "adrian adrienne@example.org"},
		{SearchRequest{Username: "@"}, ""},
		{SearchRequest{Username: "@" + ada[:3]}, ""},
		{SearchRequest{Username: "/"}, ""},
		{SearchRequest{Username: "."}, ""},
		{SearchRequest{Username: strings.Repeat("é", 4096)}, ""},
		{SearchRequest{Email: "bob@EXAMPLE.com"}, "bob"},
		{SearchRequest{Email: "bob@example.com", State: "final"}, "bob"},
		{SearchRequest{Email: "bob@example.com", Username: "ada"}, ""},
		{SearchRequest{Email: "bob@example.co"}, ""},
		{SearchRequest{Email: "nothing"}, ""},
		{SearchRequest{Email: "void@example.com"}, ""},
		{SearchRequest{Email: "shared@example.com"}, "adrian"},
		{SearchRequest{Email: "shared@example.com", State: "final"}, ""},
		{SearchRequest{State: "before_confirmation"}, "adrian adrienne@example.org Élodie"},
		{SearchRequest{State: "final"}, "Ada adam adele@example.com bob"},
		{SearchRequest{ApprovalStatus: "approved"}, "Ada"},
		{SearchRequest{State: "final", ApprovalStatus: "before_decision"}, "adam adele@example.com bob"},
		{SearchRequest{IsLocked: yes()}, "bob"},
		{SearchRequest{IsLocked: no(), State: "final"}, "Ada adam adele@example.com"},
		{SearchRequest{Since: middle}, "adrian adrienne@example.org bob Élodie"},
		{SearchRequest{Until: middle}, "Ada adam adele@example.com"},
		{SearchRequest{Since: timeOf(start), Until: timeOf(start + 1)}, "Ada adam adele@example.com"},
		{SearchRequest{Since: timeOf(start + 1), Until: middle}, ""},
		{SearchRequest{Username: "a", State: "final", ApprovalStatus: "before_decision", IsLocked: no(), Until: middle}, "adam adele@example.com"},
	} {
		for _, limit := range []int{1, 3, 100} {
			c.request.Limit = limit
			if got := strings.Join(w.search(c.request), " "); got != c.want {
				t.Errorf("%+v finds %q, want %q", c.request, got, c.want)
			}
		}
	}
	w.pass(2000 * minute)
	if got := w.search(SearchRequest{State: "before_confirmation"}); len(got) > 0 {
		t.Errorf("expired claims are found: %v", got)
	}
}

// What is searched for is secret, even where the search fails.
func TestSearchIsInTheTrailWithoutWhatWasSearchedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account("ada", "ada@example.com")
	w.audit = nil
	request := AsSuperUser(SearchRequest{CID: "c1", Username: "ad", Email: "ada@example.com", State: "final", IsLocked: no()}, "key:ops")
	w.mustRun("search", request)
	text, err := json.Marshal(w.audit)
	if err != nil || string(text) != `[{"cid":"c1","op":"user.search","current_user":"key:ops","result":"ok","extra":{"search":{"fields":["username","email","state","is_locked"],"found":1}}}]` {
		t.Errorf("%s, %v", text, err)
	}
	var read []AuditEvent
	if err := json.Unmarshal(text, &read); err != nil || len(read) != 1 || read[0].Extra.Search == nil || read[0].Extra.Search.Found != 1 {
		t.Errorf("%+v, %v", read, err)
	}
	w.audit = nil
	w.mustRun("search", AsSuperUser(SearchRequest{}, ""))
	text, _ = json.Marshal(w.audit)
	if err := json.Unmarshal(text, &read); err != nil || len(read) != 1 || read[0].Extra.Search == nil || read[0].Extra.Search.Fields != nil {
		t.Errorf("without anything to search for: %s, %v", text, err)
	}
	w.audit = nil
	request.caller = caller{}
	if r := w.run("search", request); r.codes() != string(SuperUserRequired) || len(w.audit) != 1 {
		t.Errorf("%s, %v", r.text, w.audit)
	}
	request.caller = caller{superUser: true}
	w.before = func(_ int, e effect) error {
		if e.Kind == "scan" || e.Kind == "get" {
			return fmt.Errorf("it broke")
		}
		return nil
	}
	w.audit = nil
	r := w.run("search", request)
	text, _ = json.Marshal(w.audit)
	if r.OK() || len(w.audit) != 1 || strings.Contains(string(text)+r.text, "ada") {
		t.Errorf("%s, %s", r.text, text)
	}
}

func TestSearchRefusesWrongRequests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account("ada", "ada@example.com")
	for request, field := range map[string]string{
		`"username":7`:     "username",
		`"username":["a"]`: "username",
		`"email":{}`:       "email",
		`"email":"` + strings.Repeat("a", 5000) + `"`: "email",
		`"state":"pending"`:                           "state",
		`"approval_status":"final"`:                   "approval_status",
		`"is_locked":"yes"`:                           "is_locked",
		`"is_locked":0`:                               "is_locked",
		`"since":"yesterday"`:                         "since",
		`"since":1790069540`:                          "since",
		`"since":"1800-01-01T00:00:00Z"`:              "since",
		`"until":"9999-01-01T00:00:00Z"`:              "until",
		`"since":"2026-01-02T00:00:00Z","until":"2026-01-02T00:00:00Z"`: "until",
		`"limit":0`:                         "limit",
		`"limit":101`:                       "limit",
		`"limit":1e9`:                       "limit",
		`"limit":-1`:                        "limit",
		`"limit":1.5`:                       "limit",
		`"limit":"5"`:                       "limit",
		`"cursor":"name/ada"`:               "cursor",
		`"cursor":"mail/x"`:                 "cursor",
		`"cursor":"users"`:                  "cursor",
		`"cursor":7`:                        "cursor",
		`"username":"ad","cursor":"name/b"`: "cursor",
		`"username":"ad","cursor":"user/1"`: "cursor",
		`"email":"ada@example.com","cursor":"nobody@user/1"`:                            "cursor",
		`"email":"ada@example.com","cursor":"` + strings.Repeat("1", 26) + `@name/ada"`: "cursor",
		`"password":"x"`:      "password",
		`"username":"\ud800"`: "",
		`"username":"\u0000"`: "",
	} {
		r := w.run("search", `{"super_user":true,`+request+`}`)
		if r.codes() != string(InvalidInput) || r.Field != field || strings.Contains(r.text, "ada") {
			t.Errorf("%s: %s", request, r.text)
		}
	}
}

// Many accounts come and go while somebody pages through those that stay.
func TestSearchMissesAndRepeatsNobodyThatStays(t *testing.T) {
	t.Parallel()
	for name, request := range map[string]SearchRequest{
		"all":         {Limit: 7},
		"by username": {Username: "stay", Limit: 7},
		"by address":  {Email: "shared@example.com", Limit: 3},
		"by an owner": {Email: "shared@example.com", Limit: 2},
		"one by one":  {Limit: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "enrol.username_may_be_email=True", "enrol.resend_cooldown=0")
			var stay, tokens []string
			for i := range 40 {
				name, email := fmt.Sprintf("stay%d", i), fmt.Sprintf("stay%d@example.com", i)
				switch {
				case i%4 == 0:
					name = email
				case i%2 == 0 || request.Email != "":
					email = "shared@example.com"
				}
				token := w.claim(name, email)
				if i%3 != 0 {
					tokens = append(tokens, token)
				}
				if request.Email == "" || email == request.Email {
					stay = append(stay, name)
				}
			}
			var leave []string
			for i := range 30 {
				leave = append(leave, w.account(fmt.Sprintf("leave%d", i), fmt.Sprintf("leave%d@example.com", i)))
			}
			if name == "by an owner" && !w.confirm(tokens[0]).OK() {
				t.Fatal("the address has no owner")
			}
			seen := map[string]int{}
			pages := w.searchPages(request, func(page int) {
				w.claim(fmt.Sprintf("stay-new%d", page), fmt.Sprintf("new%d@example.com", page))
				if page < len(leave) {
					w.remove(record.UserPrefix+leave[page], record.NamePrefix+fmt.Sprintf("leave%d", page))
				}
				if page < len(tokens) {
					w.confirm(tokens[page]) // the first of those with the shared address owns it from then on
				}
				if page == 2 {
					w.purgeAll()
				}
			})
			for _, name := range slices.Concat(pages...) {
				seen[name]++
			}
			for _, name := range stay {
				if seen[name] != 1 {
					t.Errorf("%s is on %d pages", name, seen[name])
				}
			}
			if len(pages) < 4 {
				t.Errorf("%d pages", len(pages))
			}
		})
	}
}

// One page reads a bounded number of records, however few of them it shows.
func TestSearchDoesBoundedWork(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 1100 {
		w.mustRun("import", bring(fmt.Sprintf("user%d", i), fmt.Sprintf("user%d@example.com", i)))
	}
	for _, request := range []SearchRequest{{IsLocked: yes()}, {Username: "user", IsLocked: yes()}, {Email: "nobody@example.com"}} {
		scans := 0
		w.before = func(_ int, e effect) error {
			if e.Kind == "scan" {
				scans++
			}
			return nil
		}
		pages := w.searchPages(request, func(int) {
			if scans != maxPages {
				t.Errorf("%+v: %d scans for a page", request, scans)
			}
			scans = 0
		})
		if len(pages) != 2 || scans == 0 || len(slices.Concat(pages...)) > 0 {
			t.Errorf("%+v: %d pages, %d scans", request, len(pages), scans)
		}
	}
	if got := len(w.search(SearchRequest{Username: "user10"})); got != 111 {
		t.Errorf("%d accounts", got)
	}
}
