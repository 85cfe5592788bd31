package page_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host/page"
	"github.com/enrol-sso/enrol/signup"
)

// answering is an engine that answers each operation with a refusal.
type answering struct {
	page.Engine
	refusal signup.Response
}

func (a answering) Run(context.Context, string, []byte) (signup.Response, []byte) {
	text, err := json.Marshal(a.refusal)
	if err != nil {
		panic(err)
	}
	return a.refusal, text
}

// Each code has the public status of tests/codes.txt, except that a used token is
// answered like an unknown one.
func TestStatusOfEveryCodeInTheJSONAPI(t *testing.T) {
	text, err := os.ReadFile("../../tests/codes.txt")
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, page.Options{})
	status := func(fault string, codes ...signup.Code) int {
		refusal := signup.Response{CID: "c", Status: signup.StatusError, SubStatus: codes, Fault: fault}
		handler, err := page.New(answering{w.engine, refusal}, page.Options{})
		if err != nil {
			t.Fatal(err)
		}
		w.Handler = handler
		answer := w.api("validate", "{}")
		if busy := answer.Code == http.StatusServiceUnavailable; busy != (answer.Header().Get("Retry-After") != "") {
			t.Errorf("%v: Retry-After is %q", codes, answer.Header().Get("Retry-After"))
		}
		return answer.Code
	}
	want := map[signup.Code]string{}
	for line := range strings.Lines(string(text)) {
		if columns := strings.Fields(line); columns[0] != "#" && columns[2] != "-" {
			want[signup.Code(columns[0])] = columns[2]
		}
	}
	if len(want) < 30 {
		t.Fatalf("tests/codes.txt has %d codes", len(want))
	}
	want[signup.SignupConfirmed] = want[signup.NoSuchSignupToken]
	for code, expected := range want {
		if got := strconv.Itoa(status("", code)); got != expected {
			t.Errorf("%s: got %s, want %s", code, got, expected)
		}
	}
	for _, test := range []struct {
		want  int
		fault string
		codes []signup.Code
	}{
		{http.StatusTooManyRequests, "", []signup.Code{signup.UsernameInvalid, signup.RateLimited, signup.Busy}},
		{http.StatusUnprocessableEntity, "", []signup.Code{signup.UsernameInvalid, signup.EmailInvalid}},
		{http.StatusUnprocessableEntity, "", []signup.Code{"E777001"}},
		{http.StatusInternalServerError, "a bug", nil},
	} {
		if got := status(test.fault, test.codes...); got != test.want {
			t.Errorf("%v: got %d, want %d", test.codes, got, test.want)
		}
	}
}
