package page

import (
	"net/http"
	"slices"

	"github.com/enrol-sso/enrol/host/internal/access"
	"github.com/enrol-sso/enrol/signup"
)

// request is a request of an operation.
type request interface{ JSON() ([]byte, error) }

// run runs an operation. If the request takes an idempotency key, keyed returns the
// request to run, with the key of the form, or "" if the form has none. It is not ok
// if it has answered already, because there was no decision.
func (v *visit) run(operation string, of request, keyed func(key string) request) (response signup.Response, ok bool) {
	data, err := of.JSON()
	if err == nil && keyed != nil {
		key := ""
		if form := v.field(keyField); form != "" {
			key = repeatKey(form, data)
		}
		data, err = keyed(key).JSON()
	}
	if err != nil { // a text that JSON cannot hold
		v.fail(http.StatusBadRequest)
		return response, false
	}
	response, _ = v.h.engine.Run(v.r.Context(), operation, data)
	access.Outcome(v.w, response.CID, response.SubStatus)
	switch {
	case response.OK():
		return response, true
	case response.Fault != "":
		v.h.logFault(v, operation, response)
		if slices.Contains(response.SubStatus, signup.Busy) {
			v.busy(response.RetryAfter)
		} else {
			v.fail(http.StatusInternalServerError)
		}
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
