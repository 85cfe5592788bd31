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

// maxBody bounds a body, in bytes, as the core bounds a request.
const maxBody = 64 << 10

// readBody reads a body and makes sure that it is one JSON object, whatever
// the Content-Type says. If it cannot, the answer says why.
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

// member is one member of a JSON object, as it was written.
type member struct {
	name  string // without escapes; what is no UTF-8 in it is replaced
	raw   []byte // the name as it was written, quotes included
	value []byte
}

// split takes a JSON object apart. It makes sure of its syntax, so that the
// parts can be put together differently without changing what they are; what
// is in the names and values, and whether names occur twice, is left to the
// core, which is stricter.
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
