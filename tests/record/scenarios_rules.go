package main

import "strings"

// rules are signups that local rules decide: the store is never looked at.
func rules() []scenario {
	signup := func(name, about, conf, request string) scenario {
		return scenario{name: "signup-" + name, about: about, conf: conf, operation: "signup", request: fixed(request)}
	}
	return []scenario{
		signup("username-missing", "no username: E001001", telling, person("ada", "username", "")),
		signup("username-empty", "an empty username: E001001", telling, person("ada", "username", `""`)),
		signup("username-keyword", "a username with a rejected keyword in full-width letters: E001001", telling, person("ada", "username", `"the-ＡＤＭＩＮ"`)),
		signup("username-at-sign", "a username with a small commercial at: E001001", telling, person("ada", "username", `"ada﹫home"`)),
		signup("username-mixed-scripts", "a username with a Cyrillic letter that looks like a Latin one: E001001", telling, person("ada", "username", `"\u0430da"`)),
		signup("username-mixed-digits", "a username with digits of two scripts: E001001", telling, person("ada", "username", `"१२3"`)),
		signup("username-too-long", "a username of 129 characters: E001003", telling, person("ada", "username", quoted(strings.Repeat("ä", 129)))),
		signup("username-whitespace", "a username with an ideographic space: E001004", telling, person("ada", "username", `"ada\u3000lovelace"`)),
		signup("email-missing", "no e-mail address where one is required: E002005", telling, person("ada", "email", "")),
		signup("email-invalid", "something that is no e-mail address: E002001", telling, person("ada", "email", `"ada@example..com"`)),
		signup("email-symbol", "a domain of a symbol, which UTS 46 knows and IDNA 2008 does not: E002001", telling, person("ada", "email", `"ada@☃.example"`)),
		signup("email-encoded-word", "an encoded word for a local part: E002001", telling, person("ada", "email", `"=?utf-8?q?ada?=@example.com"`)),
		signup("email-joiner", "a domain with a non-joiner where its script needs one", telling, person("ada", "email", `"ada@نامه\u200cای.example"`)),
		signup("labels", "keywords are looked for as whole labels: lassoing is none", telling+"reject_match=label\n", person("lassoing", "email", `"ada@ecosystem.example"`)),
		signup("labels-keyword", "and sso is one, in a username and in an address: E001001, E002001", telling+"reject_match=label\n", person("the-ＳＳＯ", "email", `"ada@sso.example"`)),
		signup("email-keyword", "an e-mail address with a rejected keyword: E002001", telling, person("ada", "email", `"root@example.com"`)),
		signup("email-too-long", "an e-mail address of more than 128 characters: E002003", telling, person("ada", "email", quoted("ada@"+strings.Repeat("example.", 20)+"com"))),
		signup("email-whitespace", "an e-mail address with a space: E002004", telling, person("ada", "email", `"ada @example.com"`)),
		signup("password-missing", "no password: E003002", telling, person("ada", "password", "")),
		signup("password-too-short", "a password of seven characters: E003002", telling, person("ada", "password", `"1a2b3c4"`)),
		signup("password-too-long", "a password of 257 characters: E003003", telling, person("ada", "password", quoted(strings.Repeat("x", 257)))),
		signup("password-rejected", "a password with an entry of the reject list in other case: E003001", telling, person("ada", "password", `"my-PassWord-1"`)),
		signup("password-control", "a password that PRECIS refuses: E003001", telling, person("ada", "password", `"correct\u0007horse"`)),
		signup("password-simple", "a long password that is easy to guess: E003008", strong, person("ada", "password", `"baseball-2015"`)),
		signup("password-personal", "a password of username and application: E003008", strong, person("ada.lovelace", "password", `"Ada.Lovelace-CRM"`)),
		signup("password-common", "a password that everybody uses: E003001", strict, person("ada", "password", `"Jennifer"`)),
		signup("app-unknown", "a current_app that does not exist: E004001", telling, strings.Replace(person("ada"), `"current_app":"CRM"`, `"current_app":"Nope"`, 1)),
		signup("app-closed", "an application that nobody can sign up through: E004002", telling, person("ada", "current_app", `"Closed"`)),
		signup("app-list-unknown", "an entry of app_list that does not exist: E004001", telling, person("ada", "app_list", `["CRM","Nope"]`)),
		signup("app-list-twice", "an application twice in app_list: E004001", telling, person("ada", "app_list", `["CRM","CRM"]`)),
		signup("app-list-missing", "no app_list: E008003", telling, person("ada", "app_list", "")),
		signup("many-codes", "the first failing code of each field, in order", telling, person("ada", "app_list", `["Nope"]`, "username", `"a b"`, "email", `"x"`, "password", `"short"`)),
		signup("many-codes-discreet", "codes that are not told are one E005001, the last", discreet, person("ada", "app_list", `["Nope"]`, "username", `"a b"`, "email", `"x"`, "password", `"short"`)),
		signup("many-codes-silent", "nothing is told at all", silent, person("ada", "app_list", `["Nope"]`, "username", `"a b"`, "email", `"x"`, "password", `"short"`)),
		signup("garbage", "a request that is no JSON: E008002", telling, `{"ctx":`),
		signup("unknown-field", "a member that no request has: E008002 with its name", telling, person("ada", "sign_up_status", `"final"`)),
		signup("wrong-type", "a username that is a number: E008002 with its name", telling, person("ada", "username", "7")),
		signup("duplicate-field", "a member twice, once with an escape: E008002", telling, `{"ctx":{"username":"ada","user\u006eame":"bob"}}`),
		signup("lone-surrogate", "half a surrogate pair: E008002", telling, `{"ctx":{"username":"\ud800"}}`),
		signup("too-deep", "brackets within brackets: E008002", telling, `{"ctx":{"attrs":`+strings.Repeat("[", 500)+strings.Repeat("]", 500)+`}}`),
		signup("bad-address", "a remote_addr that is none: E008002", telling, strings.Replace(person("ada"), "203.0.113.7", "203.0.113.777", 1)),
		{
			name: "validate-mixed-scripts", about: "the letters of a username are of scripts that nobody writes together", conf: discreet,
			operation: "validate", request: fixed(`{"ctx":{"username":"\u03bfscar"}}`),
		},
		{
			name: "validate-one-field", about: "only the fields that are there are looked at", conf: discreet,
			operation: "validate", request: fixed(`{"ctx":{"username":"a b"}}`),
		},
		{
			name: "validate-all", about: "every code is told, whatever the configuration", conf: silent,
			operation: "validate", request: fixed(person("ada", "username", `"a b"`, "email", `"x"`, "password", `"short"`)),
		},
		{
			name: "validate-password-simple", about: "a password that is easy to guess: E003008", conf: strong,
			operation: "validate", request: fixed(`{"ctx":{"username":"ada.lovelace","password":"ecalevol.ada-1234"}}`),
		},
		{
			name: "validate-password-complex", about: "a password that is hard enough to guess", conf: strong,
			operation: "validate", request: fixed(`{"ctx":{"username":"ada","password":"correct horse battery staple"}}`),
		},
		{
			name: "validate-ok", about: "nothing to object to; nothing is looked up", conf: discreet,
			operation: "validate", request: fixed(person("ada")),
		},
	}
}
