package signup

import "github.com/enrol-sso/enrol/signup/strictjson"

// The values of Response.Status.
const (
	StatusOK    = "ok"
	StatusError = "error"
)

// Response has the members that every response has. With the status "error",
// SubStatus has the codes in the order app, username, e-mail, password. Hidden
// codes are replaced by one NotAllowed at the end.
type Response struct {
	CID       string
	Status    string // StatusOK or StatusError
	SubStatus []Code
	Field     string // with InvalidInput and MissingInput: the invalid member
	Message   string // with those two: what is wrong with it
	Fault     string // why there is no decision; for the operator

	// RetryAfter is in seconds. It comes with RateLimited, and with Busy if the
	// host has too many passwords to hash: nothing was decided or written.
	RetryAfter int
}

func (r *Response) members(m *strictjson.Members) {
	m.String("cid", &r.CID)
	m.String("status", &r.Status)
	m.IsOneOf(StatusOK, StatusError)
	strictjson.Texts(m.Optional(), "sub_status", &r.SubStatus)
	m.Optional().String("field", &r.Field)
	m.Optional().String("message", &r.Message)
	m.Optional().String("fault", &r.Fault)
	m.Optional().Int("retry_after", &r.RetryAfter)
}

// OK reports whether the operation succeeded.
func (r Response) OK() bool { return r.Status == StatusOK }

func accepted(cid string) *Response {
	return &Response{CID: cid, Status: StatusOK}
}

func refused(cid string, codes ...Code) *Response {
	return &Response{CID: cid, Status: StatusError, SubStatus: codes}
}

// failed turns an error into a response. The caller learns what is wrong with a
// bad request, and when to try again; everything else is a fault.
func failed(cid string, err *Error) *Response {
	response := refused(cid, err.Code)
	if err.RetryAfter > 0 {
		response.RetryAfter = err.RetryAfter
		return response
	}
	switch err.Code {
	case InvalidInput, MissingInput, InvalidOperation:
		response.Field = err.Field
		response.Message = err.Message
		if err.Err != nil {
			response.Message += " " + err.Err.Error()
		}
	default:
		response.Fault = err.Detail()
	}
	return response
}
