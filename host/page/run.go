package page

import (
	"net/http"
	"slices"

	"github.com/enrol-sso/enrol/signup"
)

// request is a request of an operation.
type request interface{ JSON() ([]byte, error) }

// run runs an operation, with an idempotency key of the form if the request takes
// one. It is not ok if it has answered already, because there was no decision.
func (v *visit) run(operation string, of request, keyed func(key string) request) (response signup.Response, ok bool) {
	data, err := of.JSON()
	if form := v.field("key"); err == nil && keyed != nil && form != "" {
		data, err = keyed(repeatKey(form, data)).JSON()
	}
	if err != nil { // a text that JSON cannot hold
		v.fail(http.StatusBadRequest)
		return response, false
	}
	response, _ = v.h.engine.Run(v.r.Context(), operation, data)
	switch {
	case response.OK():
		return response, true
	case response.Fault != "":
		v.h.logFault(v, operation, response)
		status := http.StatusInternalServerError
		if slices.Contains(response.SubStatus, signup.Busy) {
			status = http.StatusServiceUnavailable
		}
		v.fail(status)
		return response, false
	case slices.Contains(response.SubStatus, signup.RateLimited):
		v.limited(response.RetryAfter)
		return response, false
	case slices.Contains(response.SubStatus, signup.Busy):
		v.busy(response.RetryAfter)
		return response, false
	}
	return response, true
}

// remoteAddr is the client address in the form that requests have.
func (v *visit) remoteAddr() []string {
	if v.client == "" {
		return nil
	}
	return []string{v.client}
}

// logFault logs why there was no decision.
func (h *handler) logFault(v *visit, operation string, response signup.Response) {
	log := h.logger.Error
	if v.r.Context().Err() != nil {
		log = h.logger.Info // the user is gone
	}
	log("no decision", "operation", operation, "cid", response.CID, "sub_status", response.SubStatus, "fault", response.Fault)
}
