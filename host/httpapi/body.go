package httpapi

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// maxBody bounds a body, in bytes, like the core's bound of a request.
const maxBody = 64 << 10

// readBody reads a body and checks that it is one JSON object, with any
// Content-Type. If that fails, it returns the answer to send.
func readBody(r *http.Request) (members []member, refusal answer, ok bool) {
	body, refusal, ok := readText(r)
	if !ok {
		return nil, refusal, false
	}
	members, err := split(string(body))
	if err != nil {
		return nil, malformed("", "the body "+err.Error()), false
	}
	return members, answer{}, true
}

// readText reads a body. If that fails, it returns the answer to send.
func readText(r *http.Request) (body []byte, refusal answer, ok bool) {
	for _, encoding := range r.Header.Values("Content-Encoding") {
		if !strings.EqualFold(encoding, "identity") {
			return nil, refuse(http.StatusUnsupportedMediaType, signup.InvalidInput,
				"the body must not have a Content-Encoding").unread(r), false
		}
	}
	if r.ContentLength > maxBody {
		return nil, tooLarge().unread(r), false
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	switch {
	case err != nil:
		return nil, malformed("", "the body is incomplete, or took too long").unread(r), false
	case len(body) > maxBody:
		return nil, tooLarge().unread(r), false
	}
	return body, answer{}, true
}

func tooLarge() answer {
	return refuse(http.StatusRequestEntityTooLarge, signup.InvalidInput,
		fmt.Sprintf("the body has more than %d bytes", maxBody))
}

// member is one member of a JSON object.
type member struct {
	name  string
	value string // in JSON, as in the body
}

// split splits a JSON object into its members. It accepts only what the core
// accepts: no name occurs twice.
func split(object string) ([]member, error) {
	parsed, err := strictjson.Parse(object)
	if err != nil {
		return nil, err
	}
	var members []member
	parsed.Members(func(name, value string) { members = append(members, member{name, value}) })
	return members, nil
}

// joined returns an object of members.
func joined(members []member) string {
	return string(strictjson.Append(nil, func(m *strictjson.Members) {
		for _, member := range members {
			m.Copy(member.name, member.value)
		}
	}))
}
