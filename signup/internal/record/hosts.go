package record

import (
	"github.com/enrol-sso/enrol/signup/internal/keyring"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// Hosts is meta/hosts: the hosts that serve from a store which several share.
// It is one record, so that a commit can check that no other host has come.
type Hosts struct {
	V     int
	Hosts []Host
}

// Host is a host that announced itself.
type Host struct {
	ID    string
	Keys  []keyring.Entry // the secret keys that it has
	Until int64           // when it counts as gone, unless it announces itself again
}

// MaxHosts is how many hosts the record can hold.
const MaxHosts = 256

func (h *Hosts) Members(m *strictjson.Members) {
	m.Int("v", &h.V)
	strictjson.List(m, "hosts", &h.Hosts, (*Host).members)
}

func (h *Host) members(m *strictjson.Members) {
	m.String("id", &h.ID)
	strictjson.List(m, "keys", &h.Keys, (*keyring.Entry).Members)
	m.Int64("until", &h.Until)
}

// Valid reports whether the core writes such a record.
func (h *Hosts) Valid() bool {
	for _, host := range h.Hosts {
		if !keyring.IsID(host.ID) || len(host.Keys) < 1 || len(host.Keys) > keyring.Most || host.Until < 0 || host.Until > MaxTime {
			return false
		}
	}
	return len(h.Hosts) <= MaxHosts
}
