package signup

import (
	"net/netip"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/keyring"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

const hourMS = 60 * 60_000

// rateShards is the number of counters that share the counting in a distributed
// store, so that no key becomes hot.
const rateShards = 2

// rate is the rate limit of an operation: calls per hour from one network
// through one application. It is approximate: the previous hour counts in
// proportion to how much of it is less than an hour ago, and simultaneous calls
// that are counted in different shards may not see each other.
type rate struct {
	op       string // the operation in the audit trail
	limit    int
	networks []string     // that are counted, the narrowest first
	key      *keyring.Key // with which the names of the counters are made
	counters []rateCounter
	keys     []string // of all counters, in order
	counted  bool     // the operation has been counted
}

// rateCounter counts the calls of one network.
type rateCounter struct {
	limit int
	keys  []string // of this hour, by shard, then of the previous hour
	own   int      // the index of the key that this operation increments
	count int      // in the last hour
	check kv.Check // of the own key
	n     int      // the value of the own key
}

// wideFactor is how many times the calls of one network a wide network may
// make: a /48 of IPv6, which one customer of a data centre may have, or a whole
// company.
const wideFactor = 8

// limitRate sets the rate limit of an operation; 0 means none. Without a client
// address there is nothing to count by.
func (r *run) limitRate(op string, limit int, remoteAddr []string) {
	if limit == 0 || len(remoteAddr) == 0 {
		return
	}
	r.rate = &rate{op: op, limit: limit, networks: networks(remoteAddr[0])}
	r.countUnder(keyring.All(r.keys)[0])
}

// countUnder names the counters with a secret key.
func (r *run) countUnder(key *keyring.Key) {
	shards := 1
	if r.config.Enrol.Buckets > 1 {
		shards = rateShards
	}
	l := r.rate
	l.key, l.keys, l.counters = key, nil, nil
	limit, hour := l.limit, r.now/hourMS
	for _, network := range l.networks {
		name := key.MAC("rate", l.op, r.currentApp, network)
		c := rateCounter{limit: limit, own: int(r.seed[0]) % shards}
		for _, at := range []int64{hour, hour - 1} {
			for shard := range shards {
				c.keys = append(c.keys, record.RateKey(at, name, shard))
			}
		}
		l.counters, l.keys = append(l.counters, c), append(l.keys, c.keys...)
		limit, shards = limit*wideFactor, 1 // one shard, so that no Get has too many keys
	}
}

// countTogether reads the counters of the key that writes, if this host took
// another one for it: while a store moves to a new key, hosts have the keys in
// different orders and must not have a count each.
func (r *run) countTogether() *Error {
	if r.rate == nil || r.rate.key == r.writer() {
		return nil
	}
	r.countUnder(r.writer())
	values, err := r.get(r.rate.keys...)
	if err != nil {
		return err
	}
	return r.readRate(values)
}

// networks returns what counts as one client: an IPv4 address, or the /64 of
// IPv6 that one subscriber has, and then the /48 around it, which has a higher
// limit. The address must have the form that parseRemoteAddr returns.
func networks(remoteAddr string) []string {
	addr, err := netip.ParseAddr(remoteAddr)
	if err != nil {
		return []string{remoteAddr}
	}
	if addr.Is4() {
		return []string{addr.String()}
	}
	return []string{netip.PrefixFrom(addr, 64).Masked().String(), wideNetwork(remoteAddr)}
}

// wideNetwork returns the part of a client address that one customer cannot
// choose: all of an IPv4 address, or the /48 of an IPv6 address. It returns
// other texts unchanged.
func wideNetwork(remoteAddr string) string {
	addr, err := netip.ParseAddr(remoteAddr)
	if err != nil {
		return remoteAddr
	}
	if addr.Is4() {
		return addr.String()
	}
	return netip.PrefixFrom(addr, 48).Masked().String()
}

// readRate reads the counters.
func (r *run) readRate(values []kv.Value) *Error {
	for i := range r.rate.counters {
		c := &r.rate.counters[i]
		if err := r.readCounter(c, values[:len(c.keys)]); err != nil {
			return err
		}
		values = values[len(c.keys):]
	}
	return nil
}

func (r *run) readCounter(c *rateCounter, values []kv.Value) *Error {
	var hours [2]int
	for i, value := range values {
		stored := &record.Rate{V: record.Version}
		if value.Version != "" {
			var err *Error
			if stored, err = record.Decode[record.Rate](c.keys[i], value); err != nil {
				return err
			}
		}
		if i == c.own {
			c.check, c.n = kv.Check{Key: c.keys[i], Version: value.Version}, stored.N
		}
		hours[2*i/len(values)] += stored.N
	}
	left := hourMS - r.now%hourMS // the part of the previous hour that is less than an hour ago
	c.count = hours[0] + int(int64(hours[1])*left/hourMS)
	return nil
}

// maxRaces is how often an operation tries to be counted while others from its
// client are.
const maxRaces = 20

// countRate counts an operation, or refuses it. The answer is nil if it may
// continue. An operation that is overtaken reads the count again, so that many
// at once get no further than one after another.
func (r *run) countRate() (document, *Error) {
	l := r.rate
	if l == nil || l.counted {
		return nil, nil
	}
	for range maxRaces {
		var batch kv.Batch
		for _, c := range l.counters {
			if c.count >= c.limit {
				return r.refuseRate(int((hourMS-r.now%hourMS)/1_000) + 1)
			}
			batch.Checks = append(batch.Checks, c.check)
			batch.Puts = append(batch.Puts, record.Put(c.check.Key, &record.Rate{V: record.Version, N: c.n + 1}))
		}
		outcome, err := r.commit(batch)
		if err != nil {
			return nil, err
		}
		if outcome != overtaken {
			l.counted = true
			return nil, nil
		}
		values, err := r.get(l.keys...)
		if err != nil {
			return nil, err
		}
		if err := r.readRate(values); err != nil {
			return nil, err
		}
	}
	return r.refuseRate(1)
}

// refuseRate refuses an operation that may be tried again after a number of
// seconds.
func (r *run) refuseRate(after int) (document, *Error) {
	if err := r.audit(r.rate.op, resultError, "", RateLimited); err != nil {
		return nil, err
	}
	response := refused(r.cid, RateLimited)
	response.RetryAfter = after
	return response, nil
}
