package record

import "github.com/enrol-sso/enrol/signup/strictjson"

// Name is the owner of a username. Every change of the account checks and
// rewrites it, so that no two changes happen at once.
type Name struct {
	V       int
	ID      string
	State   string
	Expires int64
	Keys    []string // the claim's other records
}

func (n *Name) Members(m *strictjson.Members) {
	m.Int("v", &n.V)
	m.String("id", &n.ID)
	m.String("state", &n.State)
	m.Optional().Int64("expires", &n.Expires)
	m.Strings("keys", &n.Keys)
}

// Free reports whether a new claim may take over the name.
func (n *Name) Free(now int64) bool {
	return n.State != StateFinal && n.Expires <= now
}

// Pending is an entry under pending/, or under erased/ without a name and keys.
type Pending struct {
	V     int
	ID    string
	Name  string
	State string
	Keys  []string // what is deleted when the claim expires
}

func (p *Pending) Members(m *strictjson.Members) {
	m.Int("v", &p.V)
	m.String("id", &p.ID)
	m.String("name", &p.Name)
	m.String("state", &p.State)
	m.Strings("keys", &p.Keys)
}

// Reference is the owner of an address under mail/, or the waiting account
// under approval/.
type Reference struct {
	V  int
	ID string
}

func (i *Reference) Members(m *strictjson.Members) {
	m.Int("v", &i.V)
	m.String("id", &i.ID)
}

// ClaimName returns the name of a claim whose username is an address. "@"
// occurs in no other name, and the id in no other claim's.
func ClaimName(id string) string { return "@" + id }
