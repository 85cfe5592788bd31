package admin

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/host/internal/access"
	"github.com/enrol-sso/enrol/signup"
)

// request is a request of an operation.
type request interface{ JSON() ([]byte, error) }

// operate runs an operation for the operator. into gets the answer if the operation
// succeeds; it may be nil.
func (v *visit) operate(operation string, of request, into any) signup.Response {
	data, err := of.JSON()
	if err != nil { // a text that JSON cannot hold
		return signup.Response{CID: host.NewCID(), Status: signup.StatusError, SubStatus: []signup.Code{signup.InvalidInput}, Message: err.Error()}
	}
	by := host.Operator{CurrentUser: v.session.currentUser(), RemoteAddr: v.client}
	response, answer := v.h.engine.Operate(v.r.Context(), by, operation, data)
	access.Outcome(v.w, response.CID, response.SubStatus)
	if response.Fault != "" {
		v.h.logger.Error("no decision", "operation", operation, "cid", response.CID, "sub_status", response.SubStatus, "fault", response.Fault)
	}
	if !response.OK() || into == nil {
		return response
	}
	if err := json.Unmarshal(answer, into); err != nil {
		panic("admin: " + operation + ": the answer cannot be read")
	}
	return response
}

// problem is why something was not done.
type problem struct {
	Code, Text, Field, CID string
	status                 int
}

// texts are what codes mean to an operator.
var texts = map[signup.Code]string{
	signup.UserIDInvalid:     "There is no such account. It has expired, was rejected, or was never there.",
	signup.NotAllowed:        "The state of the account does not allow this. Perhaps somebody else has decided already.",
	signup.RateLimited:       "There were too many requests. Try again later.",
	signup.Busy:              "There is no decision: the store, a service or the audit trail failed, or too much waits. Try again.",
	signup.InternalError:     "There is no decision because of a bug. The log of the server has the reason.",
	signup.InvalidInput:      "Something that was entered is not valid.",
	signup.MissingInput:      "Something is missing.",
	signup.NoSuchSignupToken: "There is no such entry.",
}

// problemsOf returns why an operation did nothing.
func problemsOf(response signup.Response) []problem {
	var all []problem
	for _, code := range response.SubStatus {
		p := problem{Code: string(code), Text: texts[code], CID: response.CID, status: httpapi.StatusOf(response)}
		switch {
		case response.Message != "" && response.Field != "":
			p.Field = response.Field
			p.Text = response.Field + " " + response.Message + "."
		case response.Message != "":
			p.Text = strings.ToUpper(response.Message[:1]) + response.Message[1:] + "."
		case p.Text == "":
			p.Text = "This was refused."
		}
		all = append(all, p)
	}
	return all
}

// statusOf is the HTTP status of a page that shows problems.
func statusOf(problems []problem) int {
	if len(problems) == 0 {
		return http.StatusOK
	}
	return problems[0].status
}
