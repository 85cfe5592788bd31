package httpapi

import (
	"bytes"
	"encoding/json"
	"slices"
)

// callMembers are the members of a body that belong to the call; all others of
// a signup, known or not, are about the account.
var callMembers = []string{"cid", "current_app", "remote_addr", "idempotency_key"}

// superUserMember tells the core that the caller may decide.
const superUserMember = "super_user"

// ownMembers are those of the core's requests that are not for callers to set:
// who they are is what their key says.
var ownMembers = []string{superUserMember, "current_user"}

// callDefaults are what the connection and the headers say of a call; what the
// body says wins.
type callDefaults struct {
	currentApp     string
	remoteAddr     string
	idempotencyKey string
}

// signupRequest makes the request of signup out of a flat body: members of the
// account go into "ctx". Every member of the body is in it once for each time
// that it is in the body, byte for byte, in the same order, so that whatever
// the core refuses it refuses here too.
func signupRequest(body []member, defaults callDefaults) []byte {
	call, account := separate(body)
	var request object
	request.open()
	request.call(call, defaults)
	request.name(`"ctx"`)
	request.open()
	request.members(account)
	request.close()
	request.close()
	return request.Bytes()
}

// flatRequest makes the request of an operation that takes flat ones itself.
func flatRequest(body []member, defaults callDefaults) []byte {
	call, others := separate(body)
	var request object
	request.open()
	request.call(call, defaults)
	request.members(others)
	request.close()
	return request.Bytes()
}

// superUserRequest is flatRequest for a caller who was found to be a super-user.
func superUserRequest(body []member, defaults callDefaults) []byte {
	superUser := member{name: superUserMember, raw: []byte(`"` + superUserMember + `"`), value: []byte("true")}
	return flatRequest(append(slices.Clone(body), superUser), defaults)
}

func separate(body []member) (call, others []member) {
	for _, m := range body {
		if slices.Contains(callMembers, m.name) {
			call = append(call, m)
		} else {
			others = append(others, m)
		}
	}
	return call, others
}

// object writes a JSON object.
type object struct {
	bytes.Buffer
	fresh bool // nothing is in the innermost object yet
}

func (o *object) open() {
	o.WriteByte('{')
	o.fresh = true
}

func (o *object) close() {
	o.WriteByte('}')
	o.fresh = false
}

// name writes a member's name, which is JSON already.
func (o *object) name(raw string) {
	if !o.fresh {
		o.WriteByte(',')
	}
	o.fresh = false
	o.WriteString(raw)
	o.WriteByte(':')
}

func (o *object) members(members []member) {
	for _, m := range members {
		o.name(string(m.raw))
		o.Write(m.value)
	}
}

// call writes the members of the call, with defaults for those that are absent.
func (o *object) call(call []member, defaults callDefaults) {
	call = o.defaulted(call, "current_app", defaults.currentApp, `null`, `""`)
	call = o.defaulted(call, "remote_addr", defaults.remoteAddr, `null`, `[]`)
	call = o.defaulted(call, "idempotency_key", defaults.idempotencyKey, `null`)
	o.members(call)
}

// defaulted writes a member that has a default, if the body does not have it
// or has only one that says nothing. It returns the members still to be
// written.
func (o *object) defaulted(call []member, name, value string, nothing ...string) []member {
	if value == "" {
		return call
	}
	first := slices.IndexFunc(call, func(m member) bool { return m.name == name })
	if first >= 0 {
		again := slices.ContainsFunc(call[first+1:], func(m member) bool { return m.name == name })
		if again || !slices.Contains(nothing, compact(call[first].value)) {
			return call
		}
		call = slices.Delete(slices.Clone(call), first, first+1)
	}
	text, err := json.Marshal(value)
	if err != nil {
		panic("httpapi: a text cannot be encoded")
	}
	o.name(`"` + name + `"`)
	o.Write(text)
	return call
}

// compact is a value without white space, which a short one may have.
func compact(value []byte) string {
	var text bytes.Buffer
	if err := json.Compact(&text, value); err != nil {
		return ""
	}
	return text.String()
}
