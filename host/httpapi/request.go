package httpapi

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// callMembers are the members of a body that belong to the call.
var callMembers = []string{"cid", "current_app", "remote_addr", "idempotency_key"}

// superUserMember marks the caller as a super-user for the core.
const superUserMember = "super_user"

// ownMembers are members of the core's requests that callers cannot set: their
// key decides who they are.
var ownMembers = []string{superUserMember, "current_user"}

// noAddress are the values of remote_addr that count as absent.
var noAddress = []string{`null`, `[]`}

// callDefaults are the values of a call from the connection and the headers;
// the body takes precedence.
type callDefaults struct {
	currentApp     string
	remoteAddr     string
	idempotencyKey string

	currentUser string // from the API key; a body cannot set it
	superUser   bool   // likewise
}

// requestOf turns a body into the request of an operation: it adds the defaults of
// members that the body does not give. It keeps every other member of the body,
// byte for byte, as often and in the same order, so that the core still refuses
// everything that it must refuse.
func requestOf(body []member, defaults callDefaults) []byte {
	body = defaulted(body, "current_app", defaults.currentApp, `null`, `""`)
	body = defaulted(body, "remote_addr", defaults.remoteAddr, noAddress...)
	body = defaulted(body, "idempotency_key", defaults.idempotencyKey, `null`)
	if defaults.currentUser != "" {
		body = append(body, newMember("current_user", defaults.currentUser))
	}
	if defaults.superUser {
		body = append(body, newMember(superUserMember, true))
	}
	return joined(body)
}

// defaulted adds a member that has a default, in place of one that counts as
// absent. A member that the body has several times stays, for the core to refuse.
func defaulted(body []member, name, value string, nothing ...string) []member {
	if value == "" {
		return body
	}
	called := func(m member) bool { return m.name == name }
	first := slices.IndexFunc(body, called)
	if first >= 0 {
		again := slices.ContainsFunc(body[first+1:], called)
		if again || !slices.Contains(nothing, compact(body[first].value)) {
			return body
		}
		body = slices.Delete(slices.Clone(body), first, first+1)
	}
	return append(slices.Clone(body), newMember(name, value))
}

// newMember returns a member that no body gave.
func newMember(name string, value any) member {
	raw, err := json.Marshal(name)
	if err != nil {
		panic("httpapi: a name cannot be encoded")
	}
	text, err := json.Marshal(value)
	if err != nil {
		panic("httpapi: a value cannot be encoded")
	}
	return member{name: name, raw: raw, value: text}
}

// joined returns an object of members, as they are.
func joined(members []member) []byte {
	texts := make([]string, len(members))
	for i, m := range members {
		texts[i] = string(m.raw) + ":" + string(m.value)
	}
	return []byte("{" + strings.Join(texts, ",") + "}")
}

// says reports whether a body has a member with a value that does not count as
// absent.
func says(body []member, name string, nothing ...string) bool {
	return slices.ContainsFunc(body, func(m member) bool {
		return m.name == name && !slices.Contains(nothing, compact(m.value))
	})
}

// compact returns a short value without white space.
func compact(value []byte) string {
	var text bytes.Buffer
	if err := json.Compact(&text, value); err != nil {
		return ""
	}
	return text.String()
}
