package main

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/wasm/wire"
)

// decision returns the request of a super-user to decide about an account.
func decision(username string, more ...string) func(*stage) string {
	return func(s *stage) string {
		user := s.must("get", `{"username":`+quoted(username)+`}`)["user"].(map[string]any)
		members := append([]string{`"cid":"cid-4"`, `"user_id":` + quoted(user["user_id"].(string))}, more...)
		return "{" + strings.Join(members, ",") + "}"
	}
}

const superUser = `"super_user":true`

// approves approves an account before the recorded operation.
func approves(username string) func(*stage) {
	return func(s *stage) { s.must("approve", decision(username, superUser)(s)) }
}

// locks locks or unlocks an account before the recorded operation.
func locks(operation, username string, more ...string) func(*stage) {
	return func(s *stage) { s.must(operation, decision(username, append(more, superUser)...)(s)) }
}

// mustChange makes unlock require a change of the password.
const mustChange = `"password_must_change":true`

// movesIn gives an account a hash that another system created. The core
// verifies it, so that hosts need not support its algorithm.
func movesIn(username, hash string) func(*stage) {
	return func(s *stage) {
		user := s.must("get", `{"username":`+quoted(username)+`}`)["user"].(map[string]any)
		key := "user/" + user["user_id"].(string)
		values, err := s.Get([]string{key})
		if err != nil {
			panic(err)
		}
		record := regexp.MustCompile(`"password":"[^"]*"`).ReplaceAllLiteralString(values[0].Data, `"password":`+quoted(hash))
		if applied, err := s.Commit(kv.Batch{Puts: []kv.Put{{Key: key, Data: record}}}); err != nil || !applied {
			panic(fmt.Sprint("record: ", applied, err))
		}
		s.noKDF = true
	}
}

// lives are scenarios of accounts.
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
		life("approve", "ok", "an account is approved and gets a welcome message", approvingMail, confirmed, decision("ada", superUser), nil),
		life("approve", "again", "approving again is not an error", telling, steps(confirmed, approves("ada")), decision("ada", superUser), nil),
		life("approve", "no-right", "without the right: E005005", telling, confirmed, decision("ada"), nil),
		life("approve", "not-confirmed", "a claim cannot be approved: E005001", telling, signsUp("ada"), decision("ada", superUser), nil),
		life("approve", "unknown", "an unknown id: E001100", telling, nil, fixed(`{"user_id":"7ZZZZZZZZZZZZZZZZZZZZZZZZZ","super_user":true}`), nil),
		life("approve", "unknown-applied", "the answer of a commit that happened is lost: success", telling, confirmed, decision("ada", superUser), loses(0)),
		life("reject", "ok", "an account is rejected and deleted, with a reason in the message", approvingMail, confirmed,
			decision("ada", superUser, `"reason":"we are full"`), nil),
		life("reject", "approved", "an approved account cannot be rejected: E005001", telling, steps(confirmed, approves("ada")), decision("ada", superUser), nil),
		life("reject", "unknown-applied", "the answer of a commit that happened is lost: success", telling, confirmed, decision("ada", superUser), loses(0)),
		life("lock", "ok", "an account is locked", telling, steps(confirmed, approves("ada")), decision("ada", superUser), nil),
		life("lock", "claim", "a claim is locked before it is confirmed", telling, signsUp("ada"), decision("ada", superUser), nil),
		life("lock", "again", "locking again is not an error", telling, steps(confirmed, locks("lock", "ada"), passes(minute)), decision("ada", superUser), nil),
		life("lock", "no-right", "without the right: E005005", telling, confirmed, decision("ada"), nil),
		life("lock", "unknown", "an unknown id: E001100", telling, nil, fixed(`{"user_id":"7ZZZZZZZZZZZZZZZZZZZZZZZZZ","super_user":true}`), nil),
		life("lock", "unknown-applied", "the answer of a commit that happened is lost: success", telling, confirmed, decision("ada", superUser), loses(0)),
		life("unlock", "ok", "an account is unlocked", telling, steps(confirmed, locks("lock", "ada")), decision("ada", superUser), nil),
		life("unlock", "must-change", "an account is unlocked, and its password must be changed", telling, steps(confirmed, locks("lock", "ada")),
			decision("ada", superUser, mustChange), nil),
		life("unlock", "not-locked", "an account that is not locked: no change", telling, confirmed, decision("ada", superUser), nil),
		life("unlock", "rival", "the account is rejected concurrently: E001100", telling, steps(confirmed, locks("lock", "ada")), decision("ada", superUser),
			rival(func(s *stage) { s.must("reject", decision("ada", superUser)(s)) })),
		life("get", "locked", "a locked account is shown as locked", telling, steps(confirmed, locks("lock", "ada")), fixed(`{"cid":"cid-3","username":"ada"}`), nil),
		life("pending", "to-confirm", "claims that wait, without void ones", discreet, steps(signsUp("ada"), signsUp("bob"), signsUp("ＡＤＡ")),
			fixed(`{"status":"to-confirm","super_user":true}`), nil),
		life("pending", "to-approve", "accounts that wait, a page of one", telling, steps(confirmed, signsUp("bob"), confirms("bob")),
			fixed(`{"status":"to-approve","limit":1,"super_user":true}`), nil),
		life("pending", "no-right", "without the right: E005005, with the caller in the audit trail", telling, nil,
			fixed(`{"status":"to-approve","current_user":"key:billing","remote_addr":"192.0.2.9"}`), nil),
		life("pending", "bad-status", "an unknown list: E008002", telling, nil, fixed(`{"status":"all","super_user":true}`), nil),
		life("resend", "ok", "another token, through the outbox only", mail, steps(signsUp("ada"), passes(minute)), resends, nil),
		life("resend", "again", "a third token replaces the second, and the claim is extended", mail,
			steps(signsUp("ada"), passes(minute), func(s *stage) { s.must("resend", resends(s)) }, passes(minute)), resends, nil),
		life("resend", "void-claim", "a void claim is extended like a real one, and the owner of its address gets a message", mail,
			steps(signsUp("eve", "email", `"ada@example.com"`), confirms("eve"), signsUp("ada"), passes(minute)),
			fixed(`{"cid":"cid-6","username":"ada","email":"ada@example.com","current_app":"CRM"}`), nil),
		life("resend", "other-application", "through another application, with bind_apps: a message that nobody receives", mail+"bind_apps=True\n",
			steps(signsUp("ada"), passes(minute)), fixed(strings.Replace(resends(nil), "CRM", "ERP", 1)), nil),
		life("resend", "void", "no such claim: a message that nobody receives", mail, signsUp("bob"), resends, nil),
		life("resend", "cooldown", "too soon: a message that nobody receives", mail, signsUp("ada"), resends, nil),
		life("resend", "unknown-applied", "the answer of a commit that happened is lost: success", mail, steps(signsUp("ada"), passes(minute)), resends, loses(0)),
		life("verify", "ok", "the right password", telling, steps(confirmed, approves("ada")), login(password), nil),
		life("verify", "busy", "the host has too many passwords to hash: E901002 with retry_after", telling, steps(confirmed, approves("ada")), login(password),
			always(wire.KDF, `{"retry_after":3}`)),
		life("verify", "wrong", "a wrong password: E005001", telling, steps(confirmed, approves("ada")), login("wrong"), nil),
		life("verify", "unknown", "an unknown name: E005001, and the same effects", telling, nil, login(password), nil),
		life("verify", "mixed-scripts", "an invalid name that mixes scripts: the same as an unknown name", telling, steps(confirmed, approves("ada")),
			fixed(`{"cid":"cid-5","username":"\u0430da","password":`+quoted(password)+`,"current_app":"CRM"}`), nil),
		life("verify", "bcrypt", "an imported bcrypt hash, and a host that leaves hashing to the core", legacy,
			steps(confirmed, approves("ada"), movesIn("ada", "$2b$04$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG")), login(password), nil),
		life("verify", "scrypt", "an imported scrypt hash, and a wrong password", legacy,
			steps(confirmed, approves("ada"), movesIn("ada", "$scrypt$ln=4,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$IZMORLo+NKM9sf3dDH1ZCk4hbDj0SQeYfTHU51eMJgU")), login("wrong"), nil),
		life("verify", "void-claim", "a void claim answers like a pending one: E005003", discreet+"[login]\ninform_if_not_confirmed=True\n",
			steps(signsUp("eve", "email", `"ada@example.com"`), confirms("eve"), signsUp("ada")), login(password), nil),
		life("verify", "made-up-application", "an unknown application: E004001 before anything is read", telling, nil,
			fixed(`{"cid":"cid-5","username":"ada","password":`+quoted(password)+`,"current_app":"x0","remote_addr":"203.0.113.7"}`), nil),
		life("verify", "other-application", "an application that is not in app_list, with bind_apps: E004001", bound, steps(confirmed, approves("ada")),
			fixed(`{"cid":"cid-5","username":"ada","password":`+quoted(password)+`,"current_app":"ERP"}`), nil),
		life("verify", "network", "a login makes its network known", telling, steps(confirmed, approves("ada")), loginFrom("203.0.113.7", password), nil),
		life("verify", "waits", "too many wrong passwords: the right one gets the answer of a wrong one", telling+"verify_slow_after=2\n",
			steps(confirmed, approves("ada"), guesses(2)), loginFrom("203.0.113.7", password), nil),
		life("verify", "told", "the last allowed wrong password: the owner gets a message", mail+"verify_stop_after=4\n",
			steps(confirmed, guesses(1)), loginFrom("203.0.113.9", "wrong"), nil),
		life("verify", "told-nobody", "the same for an unknown name: a message that nobody receives", mail+"verify_stop_after=4\n",
			guesses(1), loginFrom("203.0.113.9", "wrong"), nil),
		life("unlock", "waits", "an account whose owner must wait after wrong passwords", telling+"verify_slow_after=2\n", steps(confirmed, guesses(2)), decision("ada", superUser), nil),
		life("confirm", "other-application", "through another application, with bind_apps: E005006", bound, signsUp("ada"), func(s *stage) string {
			return strings.Replace(confirmation(s.tokens["ada"]), "CRM", "ERP", 1)
		}, nil),
		life("verify", "not-confirmed", "a claim, visible: E005003", told, signsUp("ada"), login(password), nil),
		life("verify", "not-approved", "an account that waits for approval, visible: E005004", told, confirmed, login(password), nil),
		life("verify", "warning", "a password that expires soon: ok with W003005", passwords(told, "inform_if_about_to_expire=True\n"),
			steps(confirmed, approves("ada"), passes(701*day)), login(password), nil),
		life("verify", "expired", "an expired password, visible: E003004", passwords(told, "inform_if_expired=True\n"),
			steps(confirmed, approves("ada"), passes(730*day)), login(password), nil),
		life("verify", "expires-soon", "a password that expires soon, if that is an error: E003006",
			passwords(told, "inform_if_about_to_expire=True\nlog_in_if_about_to_expire=False\n"),
			steps(confirmed, approves("ada"), passes(701*day)), login(password), nil),
		life("verify", "locked", "a locked account, visible: E005002", told, steps(confirmed, locks("lock", "ada")), login(password), nil),
		life("verify", "must-change", "a password that must be changed, visible: E003007", passwords(told, "inform_if_must_be_changed=True\n"),
			steps(confirmed, approves("ada"), locks("unlock", "ada", mustChange)), login(password), nil),
		life("verify", "by-address", "a login with a confirmed address", telling, steps(confirmed, approves("ada")),
			fixed(`{"email":"ada@example.com","password":`+quoted(password)+`,"current_app":"CRM"}`), nil),
		life("purge", "claims", "claims that expired, with their names", discreet, steps(signsUp("ada"), signsUp("ＡＤＡ"), passes(day)), fixed(`{}`), nil),
		life("purge", "account", "the token of an account is removed when its claim would have expired", telling, steps(confirmed, passes(day)), fixed(`{}`), nil),
		life("purge", "answers", "kept answers that expired", discreet, steps(repeatable("ada"), passes(day)), fixed(`{"limit":2}`), nil),
		life("purge", "rival", "a claim that is taken over concurrently stays", discreet, steps(signsUp("ada"), passes(day)), fixed(`{}`), rival(signsUp("ＡＤＡ"))),
		life("purge", "nothing", "nothing has expired", discreet, signsUp("ada"), fixed(`{}`), nil),
		rekeys("begin", "the new key is put into use together with the old one", nil, `{"super_user":true}`),
		rekeys("move", "records are sealed again, and the entry of an address moves", began, `{"super_user":true}`),
		rekeys("page", "a part of a pass, with a cursor for the next part", began, `{"super_user":true,"limit":1}`),
		rekeys("done", "nothing is left to move", steps(began, began), `{"super_user":true}`),
		life("rekey", "no-right", "without the right: E005005", telling, nil, fixed(`{}`), nil),
		life("confirm", "password", "confirming with the password", apps+cheap+"confirm_requires_password=True\n", signsUp("ada"), func(s *stage) string {
			return strings.Replace(confirmation(s.tokens["ada"]), "{", `{"password":`+quoted(password)+`,`, 1)
		}, nil),
		life("confirm", "password-wrong", "confirming with a wrong password: E005001", apps+cheap+"confirm_requires_password=True\n", signsUp("ada"), func(s *stage) string {
			return strings.Replace(confirmation(s.tokens["ada"]), "{", `{"password":"a wrong password",`, 1)
		}, nil),
		life("get", "approved", "an approved account, with the time of its approval", telling, steps(confirmed, approves("ada")), fixed(`{"username":"ada"}`), nil),
		life("confirm", "password-missing", "confirming without the password: E008003", apps+cheap+"confirm_requires_password=True\n", signsUp("ada"), confirmsAs("ada"), nil),
		life("confirm", "repeated", "a repeated confirmation with an idempotency key", telling, steps(signsUp("ada"), func(s *stage) {
			s.must("confirm", repeatedConfirmation(s.tokens["ada"]))
		}), func(s *stage) string { return repeatedConfirmation(s.tokens["ada"]) }, nil),
		life("dispatch", "rejected", "the message about a rejection", approvingMail,
			steps(provides("mail.send"), confirmed, dispatches(1), func(s *stage) { s.must("reject", decision("ada", superUser, `"reason":"we are full"`)(s)) }), fixed(`{}`), nil),
		life("approve", "commit-error", "the store fails", telling, confirmed, decision("ada", superUser), on(wire.Commit, 0, full)),
	}
}

// bound makes the lists of applications binding.
const bound = apps + "login_allowed=CRM, ERP\n" + "[signup]\nis_approval_needed=True\n" + cheap + "bind_apps=True\n"

// loginFrom returns a request to verify ada from a client address.
func loginFrom(addr, password string) func(*stage) string {
	return fixed(`{"cid":"cid-5","username":"ada","password":` + quoted(password) + `,"current_app":"CRM","remote_addr":` + quoted(addr) + `}`)
}

// guesses tries wrong passwords for ada before the recorded operation.
func guesses(n int) func(*stage) {
	return func(s *stage) {
		for range n {
			s.run("verify", loginFrom("203.0.113.8", "wrong")(s))
		}
	}
}

// began runs rekey once with both keys.
func began(s *stage) {
	if err := s.configure(telling, bothKeys); err != nil {
		panic(err)
	}
	s.must("rekey", `{"super_user":true}`)
}

const bothKeys = "k2:ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8," + secretKey

// rekeys returns a scenario of rekey on a store with one account.
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
