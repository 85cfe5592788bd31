package main

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/wasm/wire"
)

// decision is a request to decide about somebody, by a super-user.
func decision(username string, more ...string) func(*stage) string {
	return func(s *stage) string {
		user := s.must("get", `{"username":`+quoted(username)+`}`)["user"].(map[string]any)
		members := append([]string{`"cid":"cid-4"`, `"user_id":` + quoted(user["user_id"].(string))}, more...)
		return "{" + strings.Join(members, ",") + "}"
	}
}

const superUser = `"super_user":true`

// approves returns what approves somebody before the recorded operation.
func approves(username string) func(*stage) {
	return func(s *stage) { s.must("approve", decision(username, superUser)(s)) }
}

// locks returns what locks or unlocks somebody before the recorded operation.
func locks(operation, username string, more ...string) func(*stage) {
	return func(s *stage) { s.must(operation, decision(username, append(more, superUser)...)(s)) }
}

// mustChange makes unlock say that the password has to be changed.
const mustChange = `"password_must_change":true`

// movesIn returns what gives somebody a hash that another system made. The core
// computes it: no host has to know its kind.
func movesIn(username, hash string) func(*stage) {
	return func(s *stage) {
		user := s.must("get", `{"username":`+quoted(username)+`}`)["user"].(map[string]any)
		key := "user/" + user["user_id"].(string)
		values, err := s.Get([]string{key})
		if err != nil {
			panic(err)
		}
		record := regexp.MustCompile(`"password":"[^"]*"`).ReplaceAllLiteralString(values[0].Data, `"password":`+quoted(hash))
		if failed, err := s.Commit(kv.Batch{Puts: []kv.Put{{Key: key, Data: record}}}); err != nil || failed != nil {
			panic(fmt.Sprint("record: ", failed, err))
		}
		s.noKDF = true
	}
}

// lives are what becomes of accounts.
func lives() []scenario {
	const approvingMail = "[main]\nemail_service=mail.send\n" + apps + cheap
	const told = telling + "[login]\ninform_if_locked=True\ninform_if_not_confirmed=True\ninform_if_not_approved=True\n"
	login := func(password string) func(*stage) string {
		return fixed(`{"cid":"cid-5","username":"ＡＤＡ","password":` + quoted(password) + `,"current_app":"CRM"}`)
	}
	const password = "correct horse battery staple"
	confirmed := steps(signsUp("ada"), confirms("ada"))
	life := func(operation, name, about, conf string, earlier func(*stage), request func(*stage) string, m meddler) scenario {
		return scenario{name: operation + "-" + name, about: about, conf: conf, before: earlier, operation: operation, request: request, meddle: m}
	}
	resends := fixed(`{"cid":"cid-6","username":"ada","email":"Ada@example.com","current_app":"CRM"}`)
	return []scenario{
		life("approve", "ok", "an account is approved, and welcomed", approvingMail, confirmed, decision("ada", superUser), nil),
		life("approve", "again", "to approve again is no error", telling, steps(confirmed, approves("ada")), decision("ada", superUser), nil),
		life("approve", "no-right", "without the right: E005005", telling, confirmed, decision("ada"), nil),
		life("approve", "not-confirmed", "a claim cannot be approved: E005001", telling, signsUp("ada"), decision("ada", superUser), nil),
		life("approve", "unknown", "nobody has the id: E001100", telling, nil, fixed(`{"user_id":"7ZZZZZZZZZZZZZZZZZZZZZZZZZ","super_user":true}`), nil),
		life("approve", "unknown-applied", "the answer of a commit that happened is lost: that is success", telling, confirmed, decision("ada", superUser), loses(0)),
		life("reject", "ok", "an account is rejected and deleted, with a reason in the message", approvingMail, confirmed,
			decision("ada", superUser, `"reason":"we are full"`), nil),
		life("reject", "approved", "an approved account cannot be rejected: E005001", telling, steps(confirmed, approves("ada")), decision("ada", superUser), nil),
		life("reject", "unknown-applied", "the answer of a commit that happened is lost: that is success", telling, confirmed, decision("ada", superUser), loses(0)),
		life("lock", "ok", "an account is locked", telling, steps(confirmed, approves("ada")), decision("ada", superUser), nil),
		life("lock", "claim", "a claim is locked before it is confirmed", telling, signsUp("ada"), decision("ada", superUser), nil),
		life("lock", "again", "to lock again is no error", telling, steps(confirmed, locks("lock", "ada"), passes(minute)), decision("ada", superUser), nil),
		life("lock", "no-right", "without the right: E005005", telling, confirmed, decision("ada"), nil),
		life("lock", "unknown", "nobody has the id: E001100", telling, nil, fixed(`{"user_id":"7ZZZZZZZZZZZZZZZZZZZZZZZZZ","super_user":true}`), nil),
		life("lock", "unknown-applied", "the answer of a commit that happened is lost: that is success", telling, confirmed, decision("ada", superUser), loses(0)),
		life("unlock", "ok", "an account is unlocked", telling, steps(confirmed, locks("lock", "ada")), decision("ada", superUser), nil),
		life("unlock", "must-change", "an account is unlocked, and its password has to be changed", telling, steps(confirmed, locks("lock", "ada")),
			decision("ada", superUser, mustChange), nil),
		life("unlock", "not-locked", "an account that is not locked: nothing to do", telling, confirmed, decision("ada", superUser), nil),
		life("unlock", "rival", "the account is rejected meanwhile: E001100", telling, steps(confirmed, locks("lock", "ada")), decision("ada", superUser),
			rival(func(s *stage) { s.must("reject", decision("ada", superUser)(s)) })),
		life("get", "locked", "an account that is locked says so", telling, steps(confirmed, locks("lock", "ada")), fixed(`{"cid":"cid-3","username":"ada"}`), nil),
		life("pending", "to-confirm", "claims that wait, void ones left out", discreet, steps(signsUp("ada"), signsUp("bob"), signsUp("ＡＤＡ")),
			fixed(`{"status":"to-confirm","super_user":true}`), nil),
		life("pending", "to-approve", "accounts that wait, a page of one", telling, steps(confirmed, signsUp("bob"), confirms("bob")),
			fixed(`{"status":"to-approve","limit":1,"super_user":true}`), nil),
		life("pending", "bad-status", "a list that does not exist: E008002", telling, nil, fixed(`{"status":"all","super_user":true}`), nil),
		life("resend", "ok", "another token, through the outbox only", mail, steps(signsUp("ada"), passes(minute)), resends, nil),
		life("resend", "void", "no such claim: an event that nobody will receive", mail, signsUp("bob"), resends, nil),
		life("resend", "cooldown", "too soon: an event that nobody will receive", mail, signsUp("ada"), resends, nil),
		life("resend", "unknown-applied", "the answer of a commit that happened is lost: that is success", mail, steps(signsUp("ada"), passes(minute)), resends, loses(0)),
		life("verify", "ok", "the right password", telling, steps(confirmed, approves("ada")), login(password), nil),
		life("verify", "wrong", "a wrong password: E005001", telling, steps(confirmed, approves("ada")), login("wrong"), nil),
		life("verify", "unknown", "nobody has the name: E005001, and the same effects", telling, nil, login(password), nil),
		life("verify", "mixed-scripts", "a name that cannot be, for it mixes scripts: as if nobody had it", telling, steps(confirmed, approves("ada")),
			fixed(`{"cid":"cid-5","username":"\u0430da","password":`+quoted(password)+`,"current_app":"CRM"}`), nil),
		life("verify", "bcrypt", "a hash of bcrypt from another system, and a host that leaves it to the core", legacy,
			steps(confirmed, approves("ada"), movesIn("ada", "$2b$04$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG")), login(password), nil),
		life("verify", "scrypt", "a hash of scrypt from another system, and a wrong password", legacy,
			steps(confirmed, approves("ada"), movesIn("ada", "$scrypt$ln=4,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$IZMORLo+NKM9sf3dDH1ZCk4hbDj0SQeYfTHU51eMJgU")), login("wrong"), nil),
		life("verify", "not-confirmed", "a claim: E005003 where it may be told", told, signsUp("ada"), login(password), nil),
		life("verify", "not-approved", "an account that waits: E005004 where it may be told", told, confirmed, login(password), nil),
		life("verify", "warning", "a password that expires soon: ok with W003005", told+"[password]\ninform_if_about_to_expire=True\n",
			steps(confirmed, approves("ada"), passes(701*day)), login(password), nil),
		life("verify", "expired", "a password that expired: E003004 where it may be told", told+"[password]\ninform_if_expired=True\n",
			steps(confirmed, approves("ada"), passes(730*day)), login(password), nil),
		life("verify", "expires-soon", "a password that expires soon, where that is an error: E003006",
			told+"[password]\ninform_if_about_to_expire=True\nlog_in_if_about_to_expire=False\n",
			steps(confirmed, approves("ada"), passes(701*day)), login(password), nil),
		life("verify", "locked", "an account that is locked: E005002 where it may be told", told, steps(confirmed, locks("lock", "ada")), login(password), nil),
		life("verify", "must-change", "a password that has to be changed: E003007 where it may be told", told+"[password]\ninform_if_must_be_changed=True\n",
			steps(confirmed, approves("ada"), locks("unlock", "ada", mustChange)), login(password), nil),
		life("verify", "by-address", "by a confirmed address", telling, steps(confirmed, approves("ada")),
			fixed(`{"email":"ada@example.com","password":`+quoted(password)+`,"current_app":"CRM"}`), nil),
		life("purge", "claims", "claims that expired, with their names", discreet, steps(signsUp("ada"), signsUp("ＡＤＡ"), passes(day)), fixed(`{}`), nil),
		life("purge", "account", "the token of an account is kept until then", telling, steps(confirmed, passes(day)), fixed(`{}`), nil),
		life("purge", "answers", "answers whose time is over", discreet, steps(repeatable("ada"), passes(day)), fixed(`{"limit":2}`), nil),
		life("purge", "rival", "a claim that is taken over at the same time is left alone", discreet, steps(signsUp("ada"), passes(day)), fixed(`{}`), rival(signsUp("ＡＤＡ"))),
		life("purge", "nothing", "nothing has expired", discreet, signsUp("ada"), fixed(`{}`), nil),
		rekeys("begin", "the new key is put into use beside the old one", nil, `{"super_user":true}`),
		rekeys("move", "records are sealed anew, and the entry of an address moves", began, `{"super_user":true}`),
		rekeys("page", "a part of a pass, with a cursor for the next", began, `{"super_user":true,"limit":1}`),
		rekeys("done", "nothing is left to do", steps(began, began), `{"super_user":true}`),
		life("rekey", "no-right", "without the right: E005005", telling, nil, fixed(`{}`), nil),
		life("confirm", "password", "confirming takes the password too", apps+cheap+"confirm_requires_password=True\n", signsUp("ada"), func(s *stage) string {
			return strings.Replace(confirmation(s.tokens["ada"]), "{", `{"password":`+quoted(password)+`,`, 1)
		}, nil),
		life("confirm", "password-wrong", "confirming with a wrong password: E005001", apps+cheap+"confirm_requires_password=True\n", signsUp("ada"), confirmsAs("ada"), nil),
		life("confirm", "repeated", "a confirmation with an idempotency key again", telling, steps(signsUp("ada"), func(s *stage) {
			s.must("confirm", repeatedConfirmation(s.tokens["ada"]))
		}), func(s *stage) string { return repeatedConfirmation(s.tokens["ada"]) }, nil),
		life("dispatch", "rejected", "the message about a rejection", approvingMail,
			steps(provides("mail.send"), confirmed, dispatches(1), func(s *stage) { s.must("reject", decision("ada", superUser, `"reason":"we are full"`)(s)) }), fixed(`{}`), nil),
		life("approve", "commit-error", "the store fails", telling, confirmed, decision("ada", superUser), on(wire.Commit, 0, full)),
	}
}

// began is one run of rekey, with both keys at hand.
func began(s *stage) {
	if err := s.configure(telling, bothKeys); err != nil {
		panic(err)
	}
	s.must("rekey", `{"super_user":true}`)
}

const bothKeys = "k2:ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8," + secretKey

// rekeys is a run of rekey on a store with one account.
func rekeys(name, about string, more func(*stage), request string) scenario {
	earlier := steps(signsUp("ada"), confirms("ada"))
	if more != nil {
		earlier = steps(earlier, more)
	}
	return scenario{
		name: "rekey-" + name, about: about, conf: telling, secretKey: bothKeys, madeWith: secretKey,
		before: earlier, operation: "rekey", request: fixed(request),
	}
}

func repeatedConfirmation(token string) string {
	return strings.Replace(confirmation(token), "{", `{"idempotency_key":"key-2",`, 1)
}
