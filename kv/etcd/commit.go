package etcd

import (
	"context"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/enrol-sso/enrol/kv"
)

// Commit implements kv.Store. All of it is one transaction.
func (s *Store) Commit(ctx context.Context, batch kv.Batch) (bool, error) {
	done, err := s.begin()
	if err != nil {
		return false, err
	}
	defer done()
	if err := kv.CheckBatch(batch); err != nil {
		return false, err
	}
	r, possible := s.transaction(batch)
	if !possible {
		return false, nil
	}
	response, sent, err := s.send(ctx, r, len(batch.Puts)+len(batch.Deletes) == 0)
	if err != nil {
		return false, failed(err, sent, s.place)
	}
	if response.Succeeded {
		return true, nil
	}
	return false, s.same(response.Responses[0].GetResponseRange().Kvs)
}

// transaction returns a commit as a request. It reports false if a check has what
// is no version, which can never hold.
//
// If it is not applied, it reads the record of the store, whose change would not
// be a failed check. That read also makes a batch without changes linearizable:
// etcd answers comparisons alone from the memory of one member.
func (s *Store) transaction(batch kv.Batch) (r request, possible bool) {
	record := s.place.recordKey()
	r.compare = append(r.compare, clientv3.Compare(clientv3.Value(record), "=", s.record))
	r.otherwise = append(r.otherwise, clientv3.OpGet(record))
	for _, check := range batch.Checks {
		n, ok := revision(check.Version)
		if !ok {
			return r, false
		}
		r.compare = append(r.compare, clientv3.Compare(clientv3.ModRevision(s.place.key(check.Key)), "=", n))
	}
	for _, put := range batch.Puts {
		r.then = append(r.then, clientv3.OpPut(s.place.key(put.Key), put.Data))
	}
	for _, key := range batch.Deletes {
		r.then = append(r.then, clientv3.OpDelete(s.place.key(key)))
	}
	return r, true
}
