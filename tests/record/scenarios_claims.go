package main

import (
	"strings"

	"github.com/enrol-sso/enrol/wasm/wire"
)

// claims are signups whose outcome depends on the store.
func claims() []scenario {
	signup := func(name, about, conf string, earlier func(*stage), request string, m meddler) scenario {
		return scenario{name: "signup-" + name, about: about, conf: conf, before: earlier, operation: "signup", request: fixed(request), meddle: m}
	}
	twin := person("ＡＤＡ", "email", `"other@example.com"`)
	neighbour := person("bob", "email", `"Ada@EXAMPLE.com"`)
	confirmedAda := steps(signsUp("ada"), confirms("ada"))
	return []scenario{
		signup("ok", "a new account: all effects in their order", discreet, nil, person("ada"), nil),
		signup("ok-everything", "an account with every member that a request may have", discreet, nil,
			person("Αδας", "email", `"Ada.Lovelace@Bücher.example"`, "display_name", `"Ada"`, "first_name", `"Augusta"`, "middle_name", `"Ada"`,
				"last_name", `"King"`, "attrs", `{"locale":"en-GB","terms":"2026-01"}`, "app_list", `["CRM","ERP"]`), nil),
		signup("ok-generated-cid", "without a cid and an application: a random cid, and the default application", discreet, nil,
			`{"ctx":{"username":"ada","password":"correct horse battery staple","email":"ada@example.com","app_list":["CRM"]}}`, nil),
		signup("ok-legacy", "a PBKDF2 hash in passlib's form, and nothing sealed", legacy, nil, person("ada"), nil),
		signup("busy", "the host has too many passwords to hash: E901002 with retry_after, and nothing is written", discreet, nil,
			strings.Replace(person("ada"), `{`, `{"current_user":"key:crm",`, 1), always(wire.KDF, `{"retry_after":3}`)),
		signup("ok-no-kdf", "the core hashes the password itself", discreet, func(s *stage) { s.noKDF = true }, person("ada"), nil),
		signup("ok-callbacks", "validation services are called, callbacks are written in the commit", services, func(s *stage) {
			s.services["check.blocklist"] = answers(`{"is_valid":true}`)
			s.services["check.invitation"] = answers(`{"is_valid":true,"sub_status":[]}`)
		}, person("ada"), nil),
		signup("ok-mail", "a message is written in the commit", mail, nil, person("ada"), nil),
		signup("ok-buckets", "sixteen buckets", spread, nil, person("ada"), nil),
		signup("pending-name-told", "a name that a claim reserves, visible: E001002", telling, signsUp("ada"), twin, nil),
		signup("pending-name-void", "a name that a claim reserves, hidden: a void claim", discreet, signsUp("ada"), twin, nil),
		signup("taken-name-told", "a name that an account has, visible: E001002", telling, confirmedAda, twin, nil),
		signup("taken-name-silent", "a name that an account has, hidden without a decoy token: E005001", silent, confirmedAda, twin, nil),
		signup("taken-name-void", "a name that an account has, hidden: a void claim", discreet, confirmedAda, twin, nil),
		signup("taken-address-told", "an address that an account has, visible: E002002", telling, confirmedAda, neighbour, nil),
		signup("taken-address-void", "an address that an account has, hidden: a void claim that reserves its name", discreet, confirmedAda, neighbour, nil),
		signup("taken-both-told", "name and address taken, visible: both codes in order", telling, confirmedAda, person("ada"), nil),
		signup("taken-name-mail", "a void claim sends a message to the submitter's own address", mail, confirmedAda, twin, nil),
		signup("pending-address", "an address that only a claim has is free", telling, signsUp("ada"), neighbour, nil),
		signup("takeover", "a name whose claim expired is taken over, its records removed", telling,
			steps(signsUp("ada"), passes(day)), twin, nil),
		signup("conflict", "another signup claims the name between read and commit: read and decide again", telling, nil, twin,
			rival(signsUp("ada"))),
		signup("conflict-void", "the same, hidden: a void claim in the second attempt", discreet, nil, twin,
			rival(signsUp("ada"))),
		signup("contention", "commits that are always overtaken: E901002 after a few", discreet, nil, person("ada"),
			always(wire.Commit, `{"applied":false}`)),
		signup("commit-unknown-applied", "the answer of a commit that happened is lost: the second attempt finds its own claim", discreet, nil, person("ada"), loses(0)),
		signup("commit-unknown-lost", "the answer of a commit that did not happen is lost: the commit is repeated", discreet, nil, person("ada"), on(wire.Commit, 0, lost)),
		signup("commit-error", "the store fails: a fault, and an audit entry about it", discreet, nil, person("ada"), on(wire.Commit, 0, full)),
		signup("commit-nonsense", "an empty answer of a commit means that its outcome is unknown", discreet, nil, person("ada"), on(wire.Commit, 0, `{}`)),
		signup("audit-error", "no audit trail, no operation", discreet, nil, person("ada"), on(wire.Audit, 0, full)),
		signup("get-error", "the store cannot be read", discreet, nil, person("ada"), on(wire.Get, 1, full)),
		signup("entropy-short", "too few random bytes: E008004", discreet, nil, person("ada"), on(wire.Entropy, 0, `{"entropy":"AAAA"}`)),
		signup("repeated", "a repeated request with an idempotency key: the first answer, and nothing is written", discreet, repeatable("ada"), repeated("ada"), nil),
		signup("repeated-first", "a request with an idempotency key: the commit keeps its answer", discreet, nil, repeated("ada"), nil),
		signup("repeated-other", "the idempotency key of another request: E901003", discreet, repeatable("ada"), repeated("bob"), nil),
		signup("repeated-refusal", "a refusal with an idempotency key is kept too", telling, signsUp("ada"), repeated("ada"), nil),
		signup("repeated-rival", "two concurrent requests with the same idempotency key", discreet, nil, repeated("ada"), rival(repeatable("ada"))),
		signup("counted", "a signup under a rate limit is counted in a separate commit", discreet+"rate_signup=1\n", nil, person("ada"), nil),
		signup("limited", "one signup too many in an hour: E901001", discreet+"rate_signup=1\n", signsUp("bob"), person("ada"), nil),
		signup("service-refuses", "a validation service refuses with its own code", services, func(s *stage) {
			s.services["check.blocklist"] = answers(`{"is_valid":false,"sub_status":["E001001","E777001"]}`)
		}, person("ada"), nil),
		signup("service-first", "a validation service before the built-in rules gets a request that they refuse", asksFirst, func(s *stage) {
			s.services["check.blocklist"] = answers(`{"is_valid":true}`)
		}, person("a da"), nil),
		signup("service-first-refuses", "a validation service before the built-in rules refuses: they are not applied", asksFirst, func(s *stage) {
			s.services["check.blocklist"] = answers(`{"is_valid":false,"sub_status":["E777001"]}`)
		}, person("a da"), nil),
		signup("service-fails", "a validation service that cannot be reached: a fault", services, func(s *stage) {
			s.services["check.blocklist"] = answers(`{"is_valid":true}`)
		}, person("ada"), nil),
		signup("service-nonsense", "a validation service with an invalid answer: a fault", services, func(s *stage) {
			s.services["check.blocklist"] = answers(`{"is_valid":"maybe"}`)
		}, person("ada"), nil),
	}
}
