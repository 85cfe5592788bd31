package signup

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/enrol-sso/enrol/kv"
)

const hourMS = 60 * 60_000

// rateShards is how many counters share the counting where a store is
// distributed, so that no key becomes hot.
const rateShards = 2

// rateRecord is rate/<hour>/<hmac>/<shard>: how often something was asked for
// in that hour.
type rateRecord struct {
	V int `json:"v"`
	N int `json:"n"`
}

// rate is the limit that an operation is under: so many an hour, from one
// address through one application. It is approximate: the hour before counts
// for the part of it that is less than an hour ago, and of requests at the very
// same time, each counted in another shard, one may not see the others.
type rate struct {
	op    string // of the audit trail
	limit int
	keys  []string // counters of this hour, then those of the hour before
	own   int      // the counter that this operation adds to
	count int      // in the last hour
	check kv.Check // of the own counter
	n     int      // what it says
	spent bool     // the operation was counted
}

// limited puts an operation under a limit, 0 for none. Where nobody says what
// the user's address is, there is nothing to count by.
func (r *run) limited(op string, limit int, remoteAddr []string) {
	if limit == 0 || len(remoteAddr) == 0 {
		return
	}
	shards := 1
	if r.config.Enrol.Buckets > 1 {
		shards = rateShards
	}
	name := r.keys.keys[0].idem("rate", op, r.currentApp, network(remoteAddr[0]))
	l := &rate{op: op, limit: limit, own: int(r.seed[0]) % shards}
	hour := r.now / hourMS
	for _, at := range []int64{hour, hour - 1} {
		for shard := range shards {
			l.keys = append(l.keys, fmt.Sprintf("%s%08d/%s/%d", ratePrefix, at, name, shard))
		}
	}
	r.rate = l
}

// network is what counts as one address: an IPv4 address, or the /64 that one
// subscriber has of IPv6.
func network(remoteAddr string) string {
	addr, err := netip.ParseAddr(remoteAddr)
	if err != nil {
		return remoteAddr
	}
	if addr = addr.Unmap(); addr.Is4() {
		return addr.String()
	}
	prefix, err := addr.Prefix(64)
	if err != nil {
		return addr.String()
	}
	return prefix.String()
}

// readRate reads the counters.
func (r *run) readRate(values []kv.Value) *Error {
	l := r.rate
	var hours [2]int
	for i, value := range values {
		record := &rateRecord{V: recordVersion}
		if value.Version != "" {
			var err *Error
			if record, err = decode[rateRecord](l.keys[i], value); err != nil {
				return err
			}
		}
		if i == l.own {
			l.check, l.n = kv.Check{Key: l.keys[i], Version: value.Version}, record.N
		}
		hours[2*i/len(values)] += record.N
	}
	left := hourMS - r.now%hourMS // of the hour before that is less than an hour ago
	l.count = hours[0] + int(int64(hours[1])*left/hourMS)
	return nil
}

// maxRaces is how often an operation tries to be counted while others from its
// address are.
const maxRaces = 20

// spend counts an operation, or refuses it. The answer is nil where it may go
// on. One that is overtaken by others looks at the count again, so that many at
// once come no further than one after another.
func (r *run) spend() (answer any, err *Error) {
	l := r.rate
	if l == nil || l.spent {
		return nil, nil
	}
	for range maxRaces {
		if l.count >= l.limit {
			return r.refuseRate(int((hourMS-r.now%hourMS)/1_000) + 1)
		}
		failed, fault := r.host.Commit(kv.Batch{
			Checks: []kv.Check{l.check},
			Puts:   []kv.Put{put(l.check.Key, rateRecord{V: recordVersion, N: l.n + 1})},
		})
		switch {
		case fault == nil && len(failed) == 0, errors.Is(fault, kv.ErrUnknown):
			l.spent = true
			return nil, nil
		case fault != nil && !errors.Is(fault, kv.ErrConflict):
			return nil, outside("commit", fault)
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

// refuseRate refuses an operation that may be tried again after so many seconds.
func (r *run) refuseRate(after int) (answer any, err *Error) {
	if err := r.audit(r.rate.op, resultError, "", RateLimited); err != nil {
		return nil, err
	}
	response := refused(r.cid, RateLimited)
	response.RetryAfter = after
	return response, nil
}
