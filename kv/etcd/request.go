package etcd

import (
	"context"
	"math/rand/v2"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// tryFor is how long a call that had no effect is tried again: longer than the
// cluster takes to elect a leader.
const tryFor = 4 * time.Second

// request is a transaction.
type request struct {
	compare   []clientv3.Cmp
	then      []clientv3.Op
	otherwise []clientv3.Op
}

// send sends a request, and again if it certainly had no effect and the cause may
// pass. A request that only reads has none. The error is what the last try
// returned, and sent is false if nothing of that left this process.
func (s *Store) send(ctx context.Context, r request, reads bool) (response *clientv3.TxnResponse, sent bool, err error) {
	bounded, cancel := context.WithTimeout(clientv3.WithRequireLeader(ctx), s.timeout)
	defer cancel()
	until := time.Now().Add(tryFor)
	for tries := 1; ; tries++ {
		d := &departed{}
		noted := context.WithValue(bounded, departedKey{}, d)
		response, err = s.client.Txn(noted).If(r.compare...).Then(r.then...).Else(r.otherwise...).Commit()
		sent = d.Load()
		harmless := reads || !sent || isRefusal(err)
		if err == nil || !harmless || !mayPass(err) || time.Now().After(until) || !s.pause(bounded, tries) {
			return response, sent, err
		}
	}
}

// pause waits before another try: longer each time, at random. It reports false
// if there is to be none.
func (s *Store) pause(ctx context.Context, tries int) bool {
	timer := time.NewTimer(rand.N(min(10*time.Millisecond<<min(tries, 10), 500*time.Millisecond)))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
	case <-s.ended.Done():
	}
	return false
}
