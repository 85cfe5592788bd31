package main

import (
	"fmt"
	"strings"
)

// fixed returns a request that does not depend on earlier operations.
func fixed(request string) func(*stage) string {
	return func(*stage) string { return request }
}

// person returns a valid signup request. changes are pairs of a member of ctx
// and its value in JSON, "" to omit it.
func person(username string, changes ...string) string {
	members := []string{"username", "password", "email", "app_list"}
	values := map[string]string{
		"username": quoted(username),
		"password": `"correct horse battery staple"`,
		"email":    quoted(strings.ToLower(username) + "@example.com"),
		"app_list": `["CRM"]`,
	}
	for i := 0; i < len(changes); i += 2 {
		if _, known := values[changes[i]]; !known {
			members = append(members, changes[i])
		}
		values[changes[i]] = changes[i+1]
	}
	var ctx []string
	for _, member := range members {
		if values[member] != "" {
			ctx = append(ctx, quoted(member)+":"+values[member])
		}
	}
	return `{"cid":"cid-1","ctx":{` + strings.Join(ctx, ",") + `},"current_app":"CRM","remote_addr":"203.0.113.7"}`
}

func quoted(text string) string { return `"` + text + `"` }

// repeated returns a request with an idempotency key that is the same for every
// username.
func repeated(username string) string {
	return strings.Replace(person(username), `{"cid":"cid-1",`, `{"idempotency_key":"key-1",`, 1)
}

// repeatable makes such a request before the recorded operation.
func repeatable(username string) func(*stage) {
	return func(s *stage) { s.must("signup", repeated(username)) }
}

// signsUp signs somebody up before the recorded operation and keeps the token.
func signsUp(username string, changes ...string) func(*stage) {
	return func(s *stage) {
		s.tokens[username] = s.must("signup", person(username, changes...))["confirm_token"].(string)
	}
}

// confirms confirms a username that signed up before.
func confirms(username string) func(*stage) {
	return func(s *stage) { s.must("confirm", confirmation(s.tokens[username])) }
}

// confirmsAs returns the request that confirms a username that signed up
// before.
func confirmsAs(username string) func(*stage) string {
	return func(s *stage) string { return confirmation(s.tokens[username]) }
}

func confirmation(token string) string {
	return fmt.Sprintf(`{"cid":"cid-2","confirm_token":%q,"current_app":"CRM","remote_addr":["203.0.113.7","2001:db8::7"]}`, token)
}

// passes moves the clock.
func passes(ms int64) func(*stage) {
	return func(s *stage) { s.Clock.Set(s.Clock.Now() + ms) }
}

// steps runs several steps in order.
func steps(all ...func(*stage)) func(*stage) {
	return func(s *stage) {
		for _, step := range all {
			step(s)
		}
	}
}
