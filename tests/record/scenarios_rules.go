package main

import "strings"

// rules are signups that local rules decide without reading the store.
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
		signup("username-bait", "a username that is a URL: E001001", telling, person("https://evil.example/win-a-prize", "email", `"ada@example.com"`)),
		signup("username-bait-precis", "the same with username_characters=precis", telling+"username_characters=precis\n", person("https://evil.example/win-a-prize", "email", `"ada@example.com"`)),
		signup("username-dots", "a username of separators only: E001001", telling, person("..", "email", `"ada@example.com"`)),
		signup("username-too-short", "a username of one character: E001001", telling, person("a")),
		signup("username-mixed-digits", "a username with digits of two scripts: E001001", telling, person("ada", "username", `"१२3"`)),
		signup("username-too-long", "a username of 129 characters: E001003", telling, person("ada", "username", quoted(strings.Repeat("ä", 129)))),
		signup("username-whitespace", "a username with an ideographic space: E001004", telling, person("ada", "username", `"ada\u3000lovelace"`)),
		signup("email-missing", "no e-mail address where one is required: E002005", telling, person("ada", "email", "")),
		signup("email-invalid", "an invalid e-mail address: E002001", telling, person("ada", "email", `"ada@example..com"`)),
		signup("email-symbol", "a domain with a symbol that UTS 46 allows and IDNA 2008 does not: E002001", telling, person("ada", "email", `"ada@☃.example"`)),
		signup("email-encoded-word", "an encoded word as the local part: E002001", telling, person("ada", "email", `"=?utf-8?q?ada?=@example.com"`)),
		signup("email-joiner", "a domain with a non-joiner where its script needs one", telling, person("ada", "email", `"ada@نامه\u200cای.example"`)),
		signup("labels", "keywords match whole labels only: lassoing is accepted", telling+"reject_match=label\n", person("lassoing", "email", `"ada@ecosystem.example"`)),
		signup("labels-keyword", "keywords as whole labels in a username and in an address: E001001, E002001", telling+"reject_match=label\n", person("the-ＳＳＯ", "email", `"ada@sso.example"`)),
		signup("email-keyword", "an e-mail address with a rejected keyword: E002001", telling, person("ada", "email", `"root@example.com"`)),
		signup("email-domain", "an address in a domain that is rejected in Unicode: E002001", telling+"[user_validation]\nreject_email=@bücher.example\n", person("ada", "email", `"ada@xn--bcher-kva.example"`)),
		signup("email-other-domain", "an address in a domain that only ends like a rejected one", telling+"[user_validation]\nreject_email=@x.example, .x.example\n", person("ada", "email", `"ada@box.example"`)),
		signup("email-dotted-capital", "an address with a letter that must not be folded to another", telling, person("ada", "email", `"İ@example.com"`)),
		signup("email-too-long", "an e-mail address of more than 128 characters: E002003", telling, person("ada", "email", quoted("ada@"+strings.Repeat("example.", 20)+"com"))),
		signup("email-whitespace", "an e-mail address with a space: E002004", telling, person("ada", "email", `"ada @example.com"`)),
		signup("password-missing", "no password: E003002", telling, person("ada", "password", "")),
		signup("password-too-short", "a password of seven characters: E003002", telling, person("ada", "password", `"1a2b3c4"`)),
		signup("password-too-long", "a password of 257 characters: E003003", telling, person("ada", "password", quoted(strings.Repeat("x", 257)))),
		signup("password-rejected", "a password with an entry of the reject list in another case: E003001", telling, person("ada", "password", `"my-PassWord-1"`)),
		signup("password-control", "a password that PRECIS refuses: E003001", telling, person("ada", "password", `"correct\u0007horse"`)),
		signup("password-simple", "a long password that is easy to guess: E003008", strong, person("ada", "password", `"baseball-2015"`)),
		signup("password-personal", "a password of username and application, whatever min_complexity is: E003001", telling, person("ada.lovelace", "password", `"Ada.Lovelace-CRM"`)),
		signup("password-personal-little", "a password of the first name and a year: E003001", telling, person("countess", "first_name", `"Augusta"`, "password", `"AUGUSTA1815!"`)),
		signup("password-personal-disguised", "a password of the username, spaced out and with accents: E003001", telling, person("countess", "password", `"C o ü n t è s s 1 9 9 0"`)),
		signup("password-personal-enough", "a password with a personal word and enough other characters", telling, person("ada", "password", `"ada runs in the rain"`)),
		signup("password-personal-score", "the score considers username and application too: E003008", strong+"block_personal_passwords=False\n", person("ada.lovelace", "password", `"Ada.Lovelace-CRM"`)),
		signup("password-common", "a common password: E003001", strict, person("ada", "password", `"Jennifer"`)),
		signup("app-unknown", "an unknown current_app: E004001", telling, strings.Replace(person("ada"), `"current_app":"CRM"`, `"current_app":"Nope"`, 1)),
		signup("app-closed", "an application that nobody can sign up through: E004002", telling, person("ada", "current_app", `"Closed"`)),
		signup("app-list-unknown", "an unknown entry of app_list: E004001", telling, person("ada", "app_list", `["CRM","Nope"]`)),
		signup("app-list-twice", "an application twice in app_list: E004001", telling, person("ada", "app_list", `["CRM","CRM"]`)),
		signup("app-list-missing", "no app_list: E008003", telling, person("ada", "app_list", "")),
		signup("many-codes", "the first failing code of each field, in order", telling, person("ada", "app_list", `["Nope"]`, "username", `"a b"`, "email", `"x"`, "password", `"short"`)),
		signup("many-codes-discreet", "hidden codes become one E005001 at the end", discreet, person("ada", "app_list", `["Nope"]`, "username", `"a b"`, "email", `"x"`, "password", `"short"`)),
		signup("many-codes-silent", "all codes are hidden", silent, person("ada", "app_list", `["Nope"]`, "username", `"a b"`, "email", `"x"`, "password", `"short"`)),
		signup("garbage", "a request that is not JSON: E008002", telling, `{"ctx":`),
		signup("unknown-field", "an unknown member: E008002 with its name", telling, person("ada", "sign_up_status", `"final"`)),
		signup("wrong-type", "a username that is a number: E008002 with its name", telling, person("ada", "username", "7")),
		signup("duplicate-field", "a member twice, once with an escape: E008002", telling, `{"ctx":{"username":"ada","user\u006eame":"bob"}}`),
		signup("display-name-control", "a display_name with a new line: E008002 with its name", telling, person("ada", "display_name", `"Ada\r\nBcc: eve@example.com"`)),
		signup("attrs-bidi", "a value of attrs that changes the direction of text: E008002 with its name", telling, person("ada", "attrs", `{"note":"\u202etxt.exe"}`)),
		signup("lone-surrogate", "half a surrogate pair: E008002", telling, `{"ctx":{"username":"\ud800"}}`),
		signup("too-deep", "brackets within brackets: E008002", telling, `{"ctx":{"attrs":`+strings.Repeat("[", 500)+strings.Repeat("]", 500)+`}}`),
		signup("bad-address", "an invalid remote_addr: E008002", telling, strings.Replace(person("ada"), "203.0.113.7", "203.0.113.777", 1)),
		{
			name: "validate-mixed-scripts", about: "a username of scripts that are never written together", conf: discreet,
			operation: "validate", request: fixed(`{"ctx":{"username":"\u03bfscar"}}`),
		},
		{
			name: "validate-one-field", about: "only present fields are checked", conf: discreet,
			operation: "validate", request: fixed(`{"ctx":{"username":"a b"}}`),
		},
		{
			name: "validate-all", about: "every code is visible in any configuration", conf: silent,
			operation: "validate", request: fixed(person("ada", "username", `"a b"`, "email", `"x"`, "password", `"short"`)),
		},
		{
			name: "validate-password-simple", about: "a password that is easy to guess: E003008", conf: strong,
			operation: "validate", request: fixed(`{"ctx":{"username":"ada.lovelace","password":"llabesab-1987"}}`),
		},
		{
			name: "validate-password-complex", about: "a password that is hard enough to guess", conf: strong,
			operation: "validate", request: fixed(`{"ctx":{"username":"ada","password":"correct horse battery staple"}}`),
		},
		{
			name: "validate-ok", about: "a valid request; nothing is read", conf: discreet,
			operation: "validate", request: fixed(person("ada")),
		},
	}
}
