package httpapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/enrol-sso/enrol/signup"
)

// maxBody bounds a body, in bytes, like the core's bound of a request.
const maxBody = 64 << 10

// readBody reads a body and checks that it is one JSON object, with any
// Content-Type. If that fails, it returns the answer to send.
func readBody(r *http.Request) (members []member, refusal answer, ok bool) {
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
	if members, err = split(body); err != nil {
		return nil, malformed("", "the body "+err.Error()), false
	}
	return members, answer{}, true
}

func tooLarge() answer {
	return refuse(http.StatusRequestEntityTooLarge, signup.InvalidInput,
		fmt.Sprintf("the body has more than %d bytes", maxBody))
}

// member is one member of a JSON object, as in the text.
type member struct {
	name  string // without escapes; invalid UTF-8 is replaced
	raw   []byte // the name as in the text, quotes included
	value []byte
}

// split splits a JSON object into its members. It checks the syntax, so that
// the members can be recombined without changing them. The core, which is
// stricter, checks names and values, and whether names occur twice.
func split(body []byte) ([]member, error) {
	var whole json.RawMessage
	if err := json.Unmarshal(body, &whole); err != nil {
		if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
			return nil, fmt.Errorf("is not a JSON object: the syntax is wrong at byte %d", syntax.Offset)
		}
		return nil, errors.New("is not a JSON object")
	}
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	if first, err := decoder.Token(); err != nil || first != json.Delim('{') {
		return nil, errors.New("is not a JSON object")
	}
	var members []member
	for decoder.More() {
		from := decoder.InputOffset()
		name, err := decoder.Token()
		if err != nil {
			return nil, errors.New("is not a JSON object")
		}
		raw := strings.TrimLeft(string(body[from:decoder.InputOffset()]), " \t\r\n,")
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, errors.New("is not a JSON object")
		}
		members = append(members, member{name: name.(string), raw: []byte(raw), value: value})
	}
	return members, nil
}
