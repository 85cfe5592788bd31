//go:build linux

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/tests/chaos/ledger"
)

// Paths of the REST.
const (
	pathSignup  = "/zato/sso/user/signup"
	pathConfirm = "/zato/sso/user/signup/confirm"
	pathResend  = "/zato/sso/user/signup/resend"
	pathApprove = "/zato/sso/user/signup/approve"
	pathReject  = "/zato/sso/user/signup/reject"
)

// answer is the answer to a request.
type answer struct {
	Status       string
	SubStatus    []signup.Code `json:"sub_status"`
	ConfirmToken string        `json:"confirm_token"`
	UserID       string        `json:"user_id"`

	outcome ledger.Outcome
}

// is reports whether a request was refused with a code.
func (a answer) is(code signup.Code) bool {
	return a.outcome == ledger.Refused && slices.Contains(a.SubStatus, code)
}

// caller sends requests to the hosts.
type caller struct {
	base   string
	key    string // of a super-user
	client http.Client

	mu         sync.Mutex
	unexpected []string // answers that no client should get
}

// askFor is how long a client repeats a request whose outcome is unknown.
const askFor = 2 * time.Minute

// ask sends a request. If it may be repeated, because the answer is the same
// then, it is, until its outcome is known.
func (c *caller) ask(path string, body any, repeat bool, expected ...signup.Code) answer {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	for end := time.Now().Add(askFor); ; time.Sleep(50*time.Millisecond + rand.N(200*time.Millisecond)) {
		a, sent := c.send(path, text)
		switch {
		case a.outcome == ledger.Refused && !slices.ContainsFunc(a.SubStatus, func(code signup.Code) bool { return slices.Contains(expected, code) }):
			c.mu.Lock()
			c.unexpected = append(c.unexpected, fmt.Sprintf("%s was refused with %v", path, a.SubStatus))
			c.mu.Unlock()
			return a
		case a.outcome == ledger.Unknown && (repeat || !sent) && time.Now().Before(end):
			continue
		}
		return a
	}
}

// send sends a request once. It is not sent if there is no host.
func (c *caller) send(path string, body []byte) (a answer, sent bool) {
	unknown := answer{outcome: ledger.Unknown}
	request, err := http.NewRequest(http.MethodPost, c.base+path, bytes.NewReader(body))
	if err != nil {
		panic(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if path == pathApprove || path == pathReject {
		request.Header.Set("Authorization", "Bearer "+c.key)
	}
	response, err := c.client.Do(request)
	if err != nil {
		return unknown, true
	}
	defer response.Body.Close()
	if response.Header.Get(notSent) != "" {
		return unknown, false
	}
	if err := json.NewDecoder(response.Body).Decode(&a); err != nil {
		return unknown, true
	}
	switch {
	case response.StatusCode == http.StatusOK:
		a.outcome = ledger.Acknowledged
	case response.StatusCode >= http.StatusInternalServerError:
		return unknown, true
	default:
		a.outcome = ledger.Refused
	}
	return a, true
}

// signUp makes an account. A request with an idempotency key can be repeated.
func (c *caller) signUp(a *ledger.Account, keyed bool) {
	body := map[string]any{"username": a.Name, "email": a.Email, "password": password, "app_list": []string{"CRM"}}
	if keyed {
		body["idempotency_key"] = "signup " + a.Name + " " + a.Email
	}
	got := c.ask(pathSignup, body, keyed, signup.UsernameExists)
	a.Signup, a.Token = got.outcome, got.ConfirmToken
}

const password = "correct horse battery"

// confirm confirms an account, with its token or a resent one. Repeating that is
// no error: the account is confirmed.
func (c *caller) confirm(a *ledger.Account, token string, repeat bool) {
	got := c.ask(pathConfirm, map[string]any{"confirm_token": token}, repeat, signup.EmailExists, signup.SignupConfirmed)
	if got.is(signup.SignupConfirmed) {
		got.outcome = ledger.Acknowledged
	}
	a.Confirm = got.outcome
	if got.UserID != "" {
		a.UserID = got.UserID
	}
}

// resend asks for another token.
func (c *caller) resend(a *ledger.Account) {
	got := c.ask(pathResend, map[string]any{"username": a.Name, "email": a.Email}, false)
	a.Resends = append(a.Resends, got.outcome)
}

// approve approves a confirmed account whose id is known.
func (c *caller) approve(a *ledger.Account) {
	if a.UserID != "" {
		a.Approve = c.ask(pathApprove, map[string]any{"user_id": a.UserID}, true).outcome
	}
}

// reject deletes a confirmed account whose id is known. Repeating that finds no
// account.
func (c *caller) reject(a *ledger.Account) {
	if a.UserID == "" {
		return
	}
	got := c.ask(pathReject, map[string]any{"user_id": a.UserID}, true, signup.UserIDInvalid)
	if got.is(signup.UserIDInvalid) {
		got.outcome = ledger.Acknowledged
	}
	a.Reject = got.outcome
}
