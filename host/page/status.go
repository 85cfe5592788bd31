package page

import (
	"net/http"

	"github.com/enrol-sso/enrol/signup"
)

// statuses are the HTTP statuses of codes in the JSON API, other than 422, which
// stands for values that are not accepted. The trusted REST keeps those of Zato SSO,
// which its clients know: 403 for most refusals.
var statuses = map[signup.Code]int{
	signup.UsernameExists:       http.StatusConflict,
	signup.UserIDInvalid:        http.StatusNotFound,
	signup.EmailExists:          http.StatusConflict,
	signup.PasswordExpired:      http.StatusForbidden,
	signup.PasswordAboutExpired: http.StatusForbidden,
	signup.PasswordMustChange:   http.StatusForbidden,
	signup.NotAllowed:           http.StatusBadRequest,
	signup.Locked:               http.StatusForbidden,
	signup.NotConfirmed:         http.StatusForbidden,
	signup.NotApproved:          http.StatusForbidden,
	signup.SuperUserRequired:    http.StatusForbidden,
	signup.NoSuchSignupToken:    http.StatusBadRequest,
	signup.SignupConfirmed:      http.StatusConflict,
	signup.InvalidOperation:     http.StatusBadRequest,
	signup.InvalidInput:         http.StatusBadRequest,
	signup.MissingInput:         http.StatusBadRequest,
	signup.InternalError:        http.StatusInternalServerError,
	signup.RateLimited:          http.StatusTooManyRequests,
	signup.Busy:                 http.StatusServiceUnavailable,
	signup.IdempotencyConflict:  http.StatusConflict,
}

// statusOf is the HTTP status of a public response: that of the first code that does
// not have 422. So it says no more than the codes do. A response with a fault and
// without a code is a bug.
func statusOf(fault string, response signup.Response) int {
	if response.OK() {
		return http.StatusOK
	}
	for _, code := range response.SubStatus {
		if status, ok := statuses[code]; ok {
			return status
		}
	}
	if fault != "" {
		return http.StatusInternalServerError
	}
	return http.StatusUnprocessableEntity
}
