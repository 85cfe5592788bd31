package signup

import (
	"cmp"
	"slices"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/keyring"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// Limits of what is kept about the messages to one address.
const (
	maxWaiting = 8 // clients whose messages wait
)

// mailbox is what the store has about the messages to an address.
type mailbox struct {
	record.Mailbox
	batch kv.Batch // writes the new state
	key   string
}

// mailboxKeys returns the keys where the mailbox may be: of today or yesterday,
// under each secret key. It is written to the first one.
func (d *dispatcher) mailboxKeys(address string, now int64) []string {
	var keys []string
	for _, day := range []int64{now / dayMS, now/dayMS - 1} {
		for _, k := range append(slices.Clone(d.meta.active), keyring.All(d.keys)...) {
			key := record.DayPrefix(day) + k.MAC("sent", address)
			if !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// readMailbox returns the first mailbox that exists. Waiting messages continue
// to wait over midnight, and the counts start again.
func readMailbox(keys []string, values []kv.Value) (*mailbox, *Error) {
	m := &mailbox{key: keys[0]}
	m.V = record.Version
	m.batch.Checks = []kv.Check{{Key: keys[0], Version: values[0].Version}}
	for i, value := range values {
		if value.Version == "" {
			continue
		}
		stored, err := record.Decode[record.Mailbox](keys[i], value)
		if err != nil {
			return nil, err
		}
		m.Mailbox = *stored
		if i >= len(keys)/2 { // of yesterday
			m.N, m.Own, m.Again, m.Often = 0, 0, 0, 0
			for i := range m.Clients {
				m.Clients[i].N = 0
			}
		} else if i > 0 { // under an older key
			m.batch.Deletes = []string{keys[i]}
		}
		break
	}
	return m, nil
}

// put adds the new state of the mailbox to the batch.
func (m *mailbox) put() {
	for len(m.Clients) > record.MaxClients {
		oldest := 0
		for i, c := range m.Clients {
			if c.Due == 0 && (m.Clients[oldest].Due != 0 || c.Last < m.Clients[oldest].Last) {
				oldest = i
			}
		}
		m.Clients = slices.Delete(m.Clients, oldest, oldest+1)
	}
	m.batch.Puts = append(m.batch.Puts, record.Put(m.key, &m.Mailbox))
}

// of returns the entry of a client, and adds it if necessary.
func (m *mailbox) of(client string) *record.Client {
	for i := range m.Clients {
		if m.Clients[i].Client == client {
			return &m.Clients[i]
		}
	}
	m.Clients = append(m.Clients, record.Client{Client: client})
	return &m.Clients[len(m.Clients)-1]
}

// client returns the value that represents the client that causes a message: an
// IPv4 address or a /48 of IPv6, which one subscriber may have. It is "" if the
// host does not know.
func (r *run) client(remoteAddr []string) string {
	if len(remoteAddr) == 0 {
		return ""
	}
	return r.writer().MAC("client", wideNetwork(remoteAddr[0]))[:22]
}

// class orders the clients of an address: lower ones go first.
type class int

const (
	newcomer class = iota // had no message that day, and its first request is less than an hour old
	known                 // had one message, or requested one earlier
	frequent              // had two or more
)

// absence is how long a client must be silent to become a newcomer again.
const absence = 6 * hourMS

func classOf(c *record.Client, now int64) class {
	switch {
	case c.N >= 2:
		return frequent
	case c.N == 0 && now < c.Since+hourMS:
		return newcomer
	}
	return known
}

// noteRequest records that a client requested a message.
func noteRequest(c *record.Client, event *record.Event, now int64) {
	if c.Since == 0 || c.Since > now || event.Created > c.Created+absence {
		c.Since = now
	}
	c.Created, c.Event, c.Due = event.Created, event.ID, 0
}

// isNewer reports whether the client has a newer message than an event.
func isNewer(c *record.Client, event *record.Event) bool {
	return cmp.Or(cmp.Compare(c.Created, event.Created), cmp.Compare(c.Event, event.ID)) > 0
}
