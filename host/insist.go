package host

import (
	"strings"

	"github.com/enrol-sso/enrol/signup"
)

// insist turns a refusal into an error, for operations that the host itself
// runs: nobody else reads their responses. The usual cause is a module of
// another version, which does not accept a member of the request.
func insist(operation string, response signup.Response) error {
	if response.OK() {
		return nil
	}
	code, codes := signup.InternalError, make([]string, len(response.SubStatus))
	for i, c := range response.SubStatus {
		code, codes[i] = c, string(c)
	}
	return &signup.Error{
		Code:    code,
		Message: operation + " is refused (" + strings.Join(codes, ", ") + "): the module may be of another version than the program",
	}
}
