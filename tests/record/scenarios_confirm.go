package main

import "github.com/enrol-sso/enrol/wasm/wire"

// confirmations are scenarios of confirming and reading claims.
func confirmations() []scenario {
	confirm := func(name, about, conf string, earlier func(*stage), request func(*stage) string, m meddler) scenario {
		return scenario{name: "confirm-" + name, about: about, conf: conf, before: earlier, operation: "confirm", request: request, meddle: m}
	}
	two := steps(signsUp("ada"), signsUp("bob", "email", `"ada@example.com"`))
	return []scenario{
		confirm("ok", "a claim becomes an account that waits for approval, and owns its address", telling, signsUp("ada"), confirmsAs("ada"), nil),
		confirm("ok-welcome", "no approval needed: a welcome message, after the message before it", mail, signsUp("ada"), confirmsAs("ada"), nil),
		confirm("ok-no-email", "an account without an address", apps+"[signup]\nis_email_required=False\n"+cheap, signsUp("ada", "email", ""), confirmsAs("ada"), nil),
		confirm("token-unknown", "a made-up token: E005006", telling, nil, fixed(confirmation("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")), nil),
		confirm("token-missing", "no token: E008003", telling, nil, fixed(`{"current_app":"CRM"}`), nil),
		confirm("token-expired", "a claim that expired: E005006", telling, steps(signsUp("ada"), passes(day)), confirmsAs("ada"), nil),
		confirm("token-decoy", "the token of a void claim: E005006", discreet, steps(signsUp("ada"), signsUp("ＡＤＡ")), confirmsAs("ＡＤＡ"), nil),
		confirm("again", "an account that is already confirmed: E005007", telling, steps(signsUp("ada"), confirms("ada")), confirmsAs("ada"), nil),
		confirm("address-taken-told", "another account confirmed the address first, visible: E002002", telling, steps(two, confirms("bob")), confirmsAs("ada"), nil),
		confirm("address-taken", "another account confirmed the address first, hidden: E005001", discreet, steps(two, confirms("bob")), confirmsAs("ada"), nil),
		confirm("app-unknown", "an unknown current_app: E004001", telling, signsUp("ada"), fixed(`{"confirm_token":"x","current_app":"Nope"}`), nil),
		confirm("conflict", "another account confirms the address between read and commit", telling, two, confirmsAs("ada"), rival(confirms("bob"))),
		confirm("unknown-applied", "the answer of a commit that happened is lost: success", telling, signsUp("ada"), confirmsAs("ada"), loses(0)),
		confirm("commit-error", "the store fails", telling, signsUp("ada"), confirmsAs("ada"), on(wire.Commit, 0, full)),
		{
			name: "get-by-username", about: "an account by another spelling of its name", conf: telling,
			before: steps(signsUp("ada", "attrs", `{"locale":"en"}`), confirms("ada")), operation: "get", request: fixed(`{"username":"ＡＤＡ"}`),
		},
		{
			name: "get-by-id", about: "a claim by its id", conf: telling, before: signsUp("ada"), operation: "get",
			request: func(s *stage) string {
				user := s.must("get", `{"username":"ada"}`)["user"].(map[string]any)
				return `{"user_id":` + quoted(user["user_id"].(string)) + `}`
			},
		},
		{name: "get-unknown", about: "an unknown name: E001100", conf: telling, operation: "get", request: fixed(`{"username":"ada"}`)},
		{name: "get-expired", about: "a claim that expired is not shown: E001100", conf: telling, before: steps(signsUp("ada"), passes(day)), operation: "get", request: fixed(`{"username":"ada"}`)},
		{name: "get-neither", about: "neither id nor name: E008003", conf: telling, operation: "get", request: fixed(`{}`)},
		{name: "get-both", about: "both id and name: E008002", conf: telling, operation: "get", request: fixed(`{"user_id":"x","username":"ada"}`)},
	}
}
