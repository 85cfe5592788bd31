package signup

import (
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// DispatchRequest is the request of dispatch.
type DispatchRequest struct {
	CID         string
	Destination string // the id of one destination, from a response; "" for all of them in turn
	Limit       int    // events, 1 to 100; 16 if 0
	FreshOnly   bool   // deliver only events that did not fail before: "fresh" in JSON
	ListOnly    bool   // list the destinations without delivering anything: limit 0 in JSON
}

// JSON returns the request in JSON for dispatch.
func (r DispatchRequest) JSON() ([]byte, error) { return requestJSON(&r) }

// The events that one run of dispatch takes by default.
const defaultDispatch = 16

func (r *DispatchRequest) members(m *strictjson.Members) {
	visitCID(m.Optional(), &r.CID)
	text(m.Optional(), "destination", &r.Destination, maxCursor)
	if r.Destination != "" && !record.IsDestinationID(r.Destination) {
		m.Fail("destination", "is not from an earlier answer")
	}
	m.Optional().Bool("fresh", &r.FreshOnly)
	limit := r.Limit
	switch {
	case m.Reading():
		limit = defaultDispatch
	case r.ListOnly:
		limit = 0
	default:
		m.Optional()
	}
	m.Whole("limit", &limit, 0, 100)
	if m.Reading() {
		r.Limit, r.ListOnly = limit, limit == 0
	}
}
