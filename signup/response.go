package signup

import (
	"bytes"
	"encoding/json"
)

// The values of Response.Status.
const (
	StatusOK    = "ok"
	StatusError = "error"
)

// Response is what every operation answers. A response with the status "error"
// has the codes of SubStatus in the order app, username, e-mail, password;
// codes that must not be told are one NotAllowed, the last.
type Response struct {
	CID       string `json:"cid"`
	Status    string `json:"status"` // StatusOK or StatusError
	SubStatus []Code `json:"sub_status,omitempty"`
	Field     string `json:"field,omitempty"`   // with InvalidInput and MissingInput: the member that was wrong
	Message   string `json:"message,omitempty"` // with those two: what was wrong with it
	Fault     string `json:"fault,omitempty"`   // why there was no decision; for the operator

	RetryAfter int `json:"retry_after,omitempty"` // with RateLimited: seconds
}

// OK says whether the operation did what was asked.
func (r Response) OK() bool { return r.Status == StatusOK }

// SignupResponse answers signup.
type SignupResponse struct {
	Response

	// ConfirmToken goes to the owner of the e-mail address and to nobody else:
	// 32 characters of A-Za-z0-9_-. With always_return_confirm_token it may be
	// a decoy that never confirms anything.
	ConfirmToken Secret `json:"confirm_token"`
}

// signupAnswer is SignupResponse as it goes out.
type signupAnswer struct {
	Response
	ConfirmToken string `json:"confirm_token"`
}

// ConfirmResponse answers confirm.
type ConfirmResponse struct {
	Response
	UserID string `json:"user_id"`
}

// GetResponse answers get.
type GetResponse struct {
	Response
	User User `json:"user"`
}

// User is an account as it may be shown to a trusted caller: never the
// password's hash, never a token. Times are UTC, like 2018-02-13T15:32:24.
type User struct {
	UserID            string            `json:"user_id"`
	Username          string            `json:"username"` // as the user spelled it
	Email             string            `json:"email,omitempty"`
	DisplayName       string            `json:"display_name,omitempty"`
	FirstName         string            `json:"first_name,omitempty"`
	MiddleName        string            `json:"middle_name,omitempty"`
	LastName          string            `json:"last_name,omitempty"`
	Attrs             map[string]string `json:"attrs,omitempty"`
	CurrentApp        string            `json:"current_app"` // the application signed up through
	AppList           []string          `json:"app_list"`
	SignUpStatus      string            `json:"sign_up_status"` // "before_confirmation" or "final"
	SignUpTime        string            `json:"sign_up_time"`
	SignUpConfirmTime string            `json:"sign_up_confirm_time,omitempty"`
	ApprovalStatus    string            `json:"approval_status"` // "before_decision" or "approved"
	IsApprovalNeeded  bool              `json:"is_approval_needed"`

	IsLocked           bool   `json:"is_locked,omitempty"`
	LockedTime         string `json:"locked_time,omitempty"`
	PasswordMustChange bool   `json:"password_must_change,omitempty"` // before they may log in
}

// DispatchResponse answers dispatch.
type DispatchResponse struct {
	Response
	Delivered int   `json:"delivered"` // events that a service accepted
	Failed    int   `json:"failed"`    // events to be tried again later
	Dead      int   `json:"dead"`      // events that were tried for the last time
	More      bool  `json:"more"`      // whether others were due already: dispatch again at once
	NextDue   int64 `json:"next_due"`  // when the next is due, milliseconds since 1970; 0 for none
}

func accepted(cid string) Response {
	return Response{CID: cid, Status: StatusOK}
}

func refused(cid string, codes ...Code) Response {
	return Response{CID: cid, Status: StatusError, SubStatus: codes}
}

// failed turns an error into a response: a bad request is told to the caller,
// everything else is a fault.
func failed(cid string, err *Error) Response {
	response := refused(cid, err.Code)
	switch err.Code {
	case InvalidInput, MissingInput, InvalidOperation:
		response.Field = err.Field
		response.Message = err.Message
		if err.Err != nil {
			response.Message += " " + err.Err.Error()
		}
	default:
		response.Fault = err.Message
		if err.Err != nil {
			response.Fault += ": " + err.Err.Error()
		}
	}
	return response
}

// encode writes JSON on one line, with nothing escaped but what RFC 8259 and
// JavaScript's line separators need.
func encode(value any) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic("signup: cannot encode: " + err.Error())
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}
