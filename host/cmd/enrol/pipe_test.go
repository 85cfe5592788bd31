package main

import (
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup"
)

// TestAnswersOfSignupConfirm pipes the answers of signup to confirm: a refused
// one is refused again, with the reason.
func TestAnswersOfSignupConfirm(t *testing.T) {
	h := newWorkdir(t)
	refused := strings.Replace(request("grace"), `"CRM"`, `"XX"`, 1)
	signed := h.fast(request("ada")+refused, "signup").want(exitRefused)
	got := h.fast(signed.stdout, "confirm").want(exitRefused).answers()
	if len(got) != 2 || !got[0].OK() || got[0].UserID == "" {
		t.Fatalf("%+v", got)
	}
	why := string(signed.answers()[1].SubStatus[0])
	if got[1].OK() || got[1].SubStatus[0] != signup.MissingInput || got[1].Field != "confirm_token" || !strings.Contains(got[1].Message, why) {
		t.Errorf("the refused one: %+v, want the reason %s", got[1], why)
	}
	nulls := h.fast(`{"confirm_token":null}`, "confirm").want(exitRefused).answers()
	if nulls[0].SubStatus[0] != signup.MissingInput || !strings.Contains(nulls[0].Message, "refused") {
		t.Errorf("null: %+v", nulls[0])
	}
}

// TestNullIsNotAnID: jq prints null for an answer without an id.
func TestNullIsNotAnID(t *testing.T) {
	h := newWorkdir(t)
	h.fast(request("ada"), "signup").want(exitOK)
	for _, args := range [][]string{{"approve"}, {"reject"}, {"lock"}, {"unlock"}, {"erase"}, {"retry"}} {
		h.fast("", append(args, "null")...).want(exitMistake, args[0], "was refused")
	}
}
