package main

import (
	"encoding/json"
	"fmt"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/signup"
)

// confirmRequest turns a line of enrol confirm into a request. Most lines are
// requests. The answer to a signup becomes a request if it has a token. If it
// has none, because the signup was refused, or if jq made the token null,
// confirming is refused with the reason. The core refuses a line that is not a
// JSON object.
func confirmRequest(line []byte) (request []byte, refused *signup.Response) {
	var members map[string]json.RawMessage
	if json.Unmarshal(line, &members) != nil {
		return line, nil
	}
	token, hasToken := members["confirm_token"]
	_, isAnswer := members["status"]
	if hasToken && string(token) != "null" {
		if !isAnswer {
			return line, nil
		}
		request, err := json.Marshal(map[string]json.RawMessage{"confirm_token": token})
		if err != nil {
			return line, nil
		}
		return request, nil
	}
	if !isAnswer && !hasToken {
		return line, nil
	}
	why := ""
	var codes []signup.Code
	if json.Unmarshal(members["sub_status"], &codes) == nil && len(codes) > 0 {
		why = fmt.Sprintf(" with %s", codes[0])
	}
	return nil, &signup.Response{
		CID:       host.NewCID(),
		Status:    signup.StatusError,
		SubStatus: []signup.Code{signup.MissingInput},
		Field:     "confirm_token",
		Message:   "there is no token: the signup was refused" + why,
	}
}
