package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/enrol-sso/enrol/kv"
)

// ledger is the expected content of a store, derived only from the applied
// commits and the requests of their operations. It watches each commit and
// reports which rule it breaks:
//
//   - A claim is made by a signup, once in each, and of what was asked. It is void
//     if its name or its address is another's, and only then. A resend that sends
//     nothing makes a void claim that nobody asked for and that is over at once.
//   - An account is made by a confirmation, of exactly the claim of its token,
//     once, while the claim lives, and with its password where one is needed.
//   - A name and an address belong to one account.
//   - A claim goes when it expired, by purge or by the signup that takes its
//     name; an account by a rejection of it; both if they are erased, and never
//     otherwise.
//   - A claim lives on for a full hour from a resend, seven times at most.
//   - An event goes when its service accepted it in the very operation, when its
//     account is erased, when it is void, when it becomes a dead letter, or when it is a message that nobody
//     needs any more.
type ledger struct {
	*simulation
	commits int
	drops   int // messages that were not sent
	users   map[string]*user
	tokens  map[string]string // user ids by hash
	events  map[string]*event
	holders map[string][]holder // of a name, one after another
}

// user is a claim, and its account.
type user struct {
	id       string
	name     string
	address  string // for comparison
	password string
	state    string
	expires  int64
	approved bool
	locked   bool
	gone     bool
	erased   bool   // it is gone because somebody erased it
	filler   bool   // it is only there so that as much is written
	resends  int    // how often it lives on
	changed  int    // the commit that made or deleted it, or made an account of it
	message  string // the id of its newest message
}

// holder is who held a name from a commit on.
type holder struct {
	id, state string
	expires   int64
	from      int
}

// event is something that is to be sent.
type event struct {
	id, user, destination, after string

	by       string // the operation that wrote it
	address  string // of a message
	created  int64  // milliseconds, when its operation asked for the time
	accepted int    // calls
	gone     bool
	dead     bool
	retried  bool
	dropped  bool // rightly, without a call
}

// stored has the members of any record that the ledger reads.
type stored struct {
	ID             string `json:"id"`
	State          string `json:"state"`
	Name           string `json:"name"`
	Expires        int64  `json:"expires"`
	ApprovalStatus string `json:"approval_status"`
	Locked         int64  `json:"locked"`
	User           string `json:"user"`
	Destination    string `json:"destination"`
	After          string `json:"after"`
	LastMessage    string `json:"last_message"`
	Created        int64  `json:"created"`
}

func newLedger(s *simulation) *ledger {
	return &ledger{simulation: s, users: map[string]*user{}, tokens: map[string]string{}, events: map[string]*event{}, holders: map[string][]holder{}}
}

// watch records an applied commit.
func (l *ledger) watch(t *task, batch kv.Batch) {
	l.commits++
	if l.verbose {
		for _, put := range batch.Puts {
			l.note("        + %s %s", put.Key, put.Data)
		}
		for _, key := range batch.Deletes {
			l.note("        - %s", key)
		}
	}
	dead := map[string]bool{}
	for _, put := range batch.Puts {
		if list, rest, _ := strings.Cut(put.Key, "/"); list == "dead" {
			dead[rest[strings.LastIndexByte(rest, '/')+1:]] = true
		}
	}
	for _, key := range batch.Deletes {
		l.delete(t, key, dead)
	}
	for _, put := range batch.Puts {
		l.put(t, put)
	}
}

func (l *ledger) put(t *task, put kv.Put) {
	var r stored
	if err := json.Unmarshal([]byte(put.Data), &r); err != nil {
		l.problem("task %d writes %s: %s", t.n, put.Key, put.Data)
		return
	}
	switch list, rest, _ := strings.Cut(put.Key, "/"); list {
	case "user":
		l.putUser(t, r)
	case "name":
		l.holders[rest] = append(l.holders[rest], holder{r.ID, r.State, r.Expires, l.commits})
	case "token":
		l.tokens[rest] = r.ID
	case "event":
		l.putEvent(t, r)
	}
}

func (l *ledger) delete(t *task, key string, dead map[string]bool) {
	switch list, rest, _ := strings.Cut(key, "/"); list {
	case "user":
		l.deleteUser(t, rest)
	case "name":
		l.holders[rest] = append(l.holders[rest], holder{from: l.commits})
	case "event":
		l.deleteEvent(t, rest, dead[rest])
	case "dead":
		l.eraseLetter(t, rest[strings.LastIndexByte(rest, '/')+1:])
	}
}

func (l *ledger) putUser(t *task, r stored) {
	u := l.users[r.ID]
	switch {
	case u == nil && t.operation == "resend":
		u = &user{id: r.ID, name: r.Name, state: r.State, expires: r.Expires, filler: true, changed: l.commits}
		l.users[r.ID] = u
		if r.State != "refused" || r.Expires != t.now+1 {
			l.problem("task %d makes the claim %+v", t.n, *u)
		}
	case u == nil:
		if t.operation != "signup" || t.created != "" {
			l.problem("task %d, a %s, makes the claim %s, after %q", t.n, t.operation, r.ID, t.created)
		}
		t.created = r.ID
		u = &user{id: r.ID, name: r.Name, address: strings.ToLower(t.asked.email), password: t.asked.password, state: r.State, expires: r.Expires, changed: l.commits}
		l.users[r.ID] = u
		if free := l.free(t, u); r.State != map[bool]string{true: "pending", false: "refused"}[free] || r.Name != strings.ToLower(t.asked.username) || r.Expires != t.now+hour {
			l.problem("task %d makes the claim %+v", t.n, *u)
		}
	case u.gone && t.unknown && t.created == r.ID: // it cannot know that its first commit made it, and that it went
		u.gone, u.approved, u.state, u.changed = false, false, r.State, l.commits
	case u.gone:
		l.problem("task %d, a %s, writes the user %s, who is gone", t.n, t.operation, r.ID)
	case u.state == "pending" && r.State == "final":
		l.confirm(t, u)
	case u.state != r.State:
		l.problem("task %d, a %s, makes %s, who is %s, %s", t.n, t.operation, r.ID, u.state, r.State)
	}
	u.message = r.LastMessage
	if r.Expires != u.expires {
		if u.resends++; t.operation != "resend" || u.state == "final" || r.Expires < t.now+hour || u.resends > 7 {
			l.problem("task %d, a %s, lets %+v live until %d", t.n, t.operation, *u, r.Expires)
		}
		u.expires = r.Expires
	}
	if approved := r.ApprovalStatus == "approved"; approved != u.approved {
		decided := t.operation == "approve" && u.state == "final"
		made := (t.operation == "signup" || t.operation == "resend") && !l.approval
		if !approved || !decided && !made {
			l.problem("task %d, a %s, makes %s, who is %s, %s", t.n, t.operation, r.ID, u.state, r.ApprovalStatus)
		}
		u.approved, u.changed = approved, l.commits
	}
	if locked := r.Locked != 0; locked != u.locked {
		if t.operation != map[bool]string{true: "lock", false: "unlock"}[locked] || t.asked.id != u.id {
			l.problem("task %d, a %s of %q, locks %s, or the opposite", t.n, t.operation, t.asked.id, u.id)
		}
		u.locked, u.changed = locked, l.commits
	}
}

func (l *ledger) confirm(t *task, u *user) {
	if t.operation != "confirm" || l.tokens[hash(t.asked.token)] != u.id {
		l.problem("task %d, a %s with the token of %s, confirms %s", t.n, t.operation, l.tokens[hash(t.asked.token)], u.id)
	}
	if t.now >= u.expires {
		l.problem("task %d confirms %s at %d, which expired at %d", t.n, u.id, t.now, u.expires)
	}
	if l.profile.password && t.asked.password != u.password {
		l.problem("task %d confirms %s with the password %q", t.n, u.id, t.asked.password)
	}
	for _, other := range l.users {
		if other.state == "final" && !other.gone && (other.name == u.name || other.address != "" && other.address == u.address) {
			l.problem("task %d confirms %+v, but there is %+v", t.n, *u, *other)
		}
	}
	u.state, u.changed = "final", l.commits
}

func (l *ledger) deleteUser(t *task, id string) {
	u := l.users[id]
	switch {
	case u == nil || u.gone:
		return
	case t.operation == "erase" && t.asked.id == id:
		u.erased = true
	case u.state == "final":
		if t.operation != "reject" || t.asked.id != id || u.approved {
			l.problem("task %d, a %s of %q, deletes the account %+v", t.n, t.operation, t.asked.id, *u)
		}
	case t.operation != "purge" && t.operation != "signup" || t.now < u.expires:
		l.problem("task %d, a %s, deletes the claim %+v at %d", t.n, t.operation, *u, t.now)
	}
	u.gone, u.changed = true, l.commits
}

func (l *ledger) putEvent(t *task, r stored) {
	e := l.events[r.ID]
	if e == nil {
		e = &event{id: r.ID, user: r.User, destination: r.Destination, after: r.After, by: t.operation, created: r.Created}
		if u := l.users[r.User]; u != nil {
			e.address = u.address
		} else {
			e.address = strings.ToLower(t.asked.email)
		}
		l.events[r.ID] = e
	}
	if e.gone && !e.dead && !(t.operation == "signup" && t.unknown) {
		l.problem("task %d, a %s, writes the event %+v, which is gone", t.n, t.operation, *e)
	}
	e.gone, e.dead, e.retried = false, false, e.retried || e.dead
}

func (l *ledger) deleteEvent(t *task, id string, dead bool) {
	e := l.events[id]
	if e == nil || e.gone {
		return
	}
	e.gone, e.dead = true, dead
	if l.mayErase(t, e) {
		e.dropped = true
		return
	}
	if !dead && !t.delivered[id] && !l.isVoid(e) && t.operation == "dispatch" {
		e.dropped = l.isObsolete(t, e)
		l.drops++
	}
	if !dead && !t.delivered[id] && !l.isVoid(e) && !e.dropped {
		l.problem("task %d, a %s, removes the event %+v, which it did not deliver", t.n, t.operation, *e)
	}
}

// mayErase reports whether an operation may remove an event because its account is
// erased. What tells of that is not removed.
func (l *ledger) mayErase(t *task, e *event) bool {
	u := l.users[e.user]
	return u != nil && u.erased && (t.operation == "erase" || t.operation == "purge") && !e.tellsErasure()
}

// tellsErasure reports whether an event says that an account is erased.
func (e *event) tellsErasure() bool { return e.by == "erase" || e.by == "purge" }

// eraseLetter notes that a dead letter is erased. Other dead letters go to be
// delivered again, which the put of the event shows.
func (l *ledger) eraseLetter(t *task, id string) {
	if e := l.events[id]; e != nil && l.mayErase(t, e) {
		e.dead, e.dropped = false, true
	}
}

// isObsolete reports whether nobody needs a message any more that a signup or a
// resend caused: its claim is gone, confirmed or expired, or there is a newer
// message of the claim, or where messages are limited, to the address.
func (l *ledger) isObsolete(t *task, e *event) bool {
	if e.destination == "crm" || e.destination == "wiki" || e.by != "signup" && e.by != "resend" {
		return false
	}
	u := l.users[e.user]
	if u == nil || u.gone || u.state == "final" || u.expires <= t.latest || u.message != e.id {
		return true
	}
	for _, other := range l.events {
		if l.limited && other.isNewer(e) && other.address == e.address && (other.by == "signup" || other.by == "resend") {
			return true
		}
	}
	return false
}

// isNewer orders messages as the core does: an operation that began later may
// commit first.
func (e *event) isNewer(than *event) bool {
	return cmp.Or(cmp.Compare(e.created, than.created), cmp.Compare(e.id, than.id)) > 0
}

// isVoid reports whether an event must not be delivered: of a token that is not
// sent again, of the callbacks of a claim that only looks like one, and of
// wrong passwords for users without an account.
func (l *ledger) isVoid(e *event) bool {
	u := l.users[e.user]
	return u == nil || u.filler || u.state == "refused" && (e.destination == "crm" || e.destination == "wiki")
}

// free reports whether a claim may be made: nobody has its name, and no account
// its address.
func (l *ledger) free(t *task, u *user) bool {
	history := l.holders[u.name]
	if n := len(history); n > 0 {
		if last := history[n-1]; last.id != "" && last.id != u.id && (last.state == "final" || last.expires > t.now) {
			return false
		}
	}
	for _, other := range l.users {
		if other.state == "final" && !other.gone && other.address != "" && other.address == u.address {
			return false
		}
	}
	return true
}

// account returns the account that has a name, nil if none has.
func (l *ledger) account(username string) *user {
	history := l.holders[strings.ToLower(username)]
	if len(history) == 0 {
		return nil
	}
	if u := l.users[history[len(history)-1].id]; u != nil && u.state == "final" && !u.gone {
		return u
	}
	return nil
}

func hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
