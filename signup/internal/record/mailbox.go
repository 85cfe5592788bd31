package record

import "github.com/enrol-sso/enrol/signup/strictjson"

// MaxClients is the most networks whose messages to one address are counted.
const MaxClients = 32

// Mailbox is sent/<day>/<hmac of an address>: the messages to it on that day,
// in UTC. They are one short queue. It is the same for new accounts and for
// taken addresses, so that a stranger can neither flood a mailbox by signing up
// with its address, nor suppress the owner's own message.
type Mailbox struct {
	V       int
	N       int   // messages that a signup or a resend caused
	Own     int   // messages about an account, see Message.IsAboutClaim
	Last    int64 // when the last one was sent
	Again   int   // part of N: to clients that were not newcomers
	Often   int   // part of Again: to clients that had two or more
	FirstAt int64 // when the last one to a newcomer was sent
	AgainAt int64 // when the last one to another client was sent
	Clients []Client
}

func (b *Mailbox) Members(m *strictjson.Members) {
	m.Int("v", &b.V)
	m.Int("n", &b.N)
	m.Optional().Int("own", &b.Own)
	m.Optional().Int64("last", &b.Last)
	m.Optional().Int("again", &b.Again)
	m.Optional().Int("often", &b.Often)
	m.Optional().Int64("first_at", &b.FirstAt)
	m.Optional().Int64("again_at", &b.AgainAt)
	strictjson.List(m.Optional(), "clients", &b.Clients, (*Client).Members)
}

// Client is one network that causes messages to an address.
type Client struct {
	Client  string // an HMAC; "" if it is unknown
	N       int    // messages on that day
	Last    int64  // when the last one was sent
	Since   int64  // when it was first seen, without a long break since
	Created int64  // of the newest event
	Event   string // the id of that event
	Due     int64  // if that event waits: until when
}

func (c *Client) Members(m *strictjson.Members) {
	m.String("c", &c.Client)
	m.Int("n", &c.N)
	m.Optional().Int64("last", &c.Last)
	m.Int64("since", &c.Since)
	m.Int64("created", &c.Created)
	m.String("event", &c.Event)
	m.Optional().Int64("due", &c.Due)
}
