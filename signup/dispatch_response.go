package signup

import (
	"time"

	"github.com/enrol-sso/enrol/signup/strictjson"
)

// DispatchResponse is the response of dispatch. Times are in UTC, to the
// millisecond; the zero time, in JSON null, means none.
type DispatchResponse struct {
	Response
	Delivered int       // events that a service accepted
	Failed    int       // calls that failed, without the last calls of dead letters
	Dead      int       // events that became dead letters
	Expired   int       // messages that were dropped because their token or claim had expired
	Dropped   int       // messages that were dropped because a newer one replaces them or they are no longer needed
	More      bool      // whether more are due: dispatch again at once
	NextDue   time.Time // when the next one is due

	Destinations []DestinationState // destinations of the request that have events left
	Failures     []DeliveryFailure  // one per failed call, for the log

	// Damage says what the run could not do, for the operator, or is "": the
	// first record that it skipped because it is damaged or a newer engine
	// wrote it, or an effect that failed after some events were settled. It
	// contains no address, name or token.
	Damage string
}

func (d *DispatchResponse) members(m *strictjson.Members) {
	d.Response.members(m)
	m.Int("delivered", &d.Delivered)
	m.Int("failed", &d.Failed)
	m.Int("dead", &d.Dead)
	m.Int("expired", &d.Expired)
	m.Int("dropped", &d.Dropped)
	m.Bool("more", &d.More)
	nullTime(m, "next_due", &d.NextDue)
	strictjson.List(m, "destinations", &d.Destinations, (*DestinationState).members)
	strictjson.List(m, "failures", &d.Failures, (*DeliveryFailure).members)
	m.Optional().String("damage", &d.Damage)
}

// DestinationState is a destination that has events.
type DestinationState struct {
	ID      string    // for DispatchRequest.Destination
	Name    string    // of the service; a URL without its path
	More    bool      // whether some may be delivered now
	NextDue time.Time // when the next one is due, or the next probe of a destination that is down
}

func (d *DestinationState) members(m *strictjson.Members) {
	m.String("id", &d.ID)
	m.String("name", &d.Name)
	m.Bool("more", &d.More)
	nullTime(m, "next_due", &d.NextDue)
}

// DeliveryFailure is one failed delivery. It contains no address, name or
// token. A call that fails after its lease ended is one too, though another
// dispatcher may have settled its event.
type DeliveryFailure struct {
	Event       string      // its id, the webhook-id of the call
	Kind        string      // of the message, such as "confirm"; "callback" for a callback service
	Destination string      // the service; a URL without its path
	Failure     CallFailure // CallDown, CallRefused or CallFinal
	Reason      string      // from the host, redacted
	Tries       int         // so far, including this one
	NextDue     time.Time   // when the event is tried again; zero if it is a dead letter, or no longer exists
	Dead        bool        // whether it became a dead letter
}

func (d *DeliveryFailure) members(m *strictjson.Members) {
	m.String("event", &d.Event)
	m.String("kind", &d.Kind)
	m.String("destination", &d.Destination)
	m.String("failure", (*string)(&d.Failure))
	m.String("reason", &d.Reason)
	m.Int("tries", &d.Tries)
	nullTime(m, "next_due", &d.NextDue)
	m.Bool("dead", &d.Dead)
}
