package record

import "github.com/enrol-sso/enrol/signup/strictjson"

// Rate is rate/<hour>/<hmac>/<shard>: the number of calls in that hour.
type Rate struct {
	V int
	N int
}

func (r *Rate) Members(m *strictjson.Members) {
	m.Int("v", &r.V)
	m.Int("n", &r.N)
}
