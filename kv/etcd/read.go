package etcd

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/enrol-sso/enrol/kv"
)

// Get implements kv.Store.
func (s *Store) Get(ctx context.Context, keys []string) ([]kv.Value, error) {
	done, err := s.begin()
	if err != nil {
		return nil, err
	}
	defer done()
	if err := kv.CheckKeys(keys); err != nil {
		return nil, err
	}
	gets := make([]clientv3.Op, len(keys))
	for i, key := range keys {
		gets[i] = clientv3.OpGet(s.place.key(key))
	}
	found, err := s.read(ctx, gets)
	if err != nil {
		return nil, err
	}
	values := make([]kv.Value, len(keys))
	for i, pairs := range found {
		if len(pairs) > 0 {
			values[i] = value(pairs[0])
		}
	}
	return values, nil
}

// Scan implements kv.Store.
func (s *Store) Scan(ctx context.Context, prefix, after string, limit int) ([]kv.Entry, error) {
	done, err := s.begin()
	if err != nil {
		return nil, err
	}
	defer done()
	if err := kv.CheckScan(limit); err != nil {
		return nil, err
	}
	from, to := s.place.key(prefix), clientv3.GetPrefixRangeEnd(s.place.key(prefix))
	if after != "" {
		from = max(from, s.place.key(after)+"\x00")
	}
	if limit == 0 || from >= to { // etcd takes a limit of 0 for none
		return nil, nil
	}
	found, err := s.read(ctx, []clientv3.Op{clientv3.OpGet(from, clientv3.WithRange(to), clientv3.WithLimit(int64(limit)))})
	if err != nil {
		return nil, err
	}
	entries := make([]kv.Entry, len(found[0]))
	for i, pair := range found[0] {
		entries[i] = kv.Entry{Key: strings.TrimPrefix(string(pair.Key), s.place.key("")), Value: value(pair)}
	}
	return entries, nil
}

// read returns what each operation found, all from the same moment.
func (s *Store) read(ctx context.Context, gets []clientv3.Op) ([][]*mvccpb.KeyValue, error) {
	response, _, err := s.send(ctx, request{then: append(gets, clientv3.OpGet(s.place.recordKey()))}, true)
	if err != nil {
		return nil, fmt.Errorf("kv/etcd: %w", explained(err, s.place))
	}
	found := make([][]*mvccpb.KeyValue, len(response.Responses))
	for i, answer := range response.Responses {
		found[i] = answer.GetResponseRange().Kvs
	}
	last := len(found) - 1
	return found[:last], s.same(found[last])
}

// value returns a value, whose version is the revision of the store that wrote
// it.
func value(pair *mvccpb.KeyValue) kv.Value {
	return kv.Value{Version: strconv.FormatInt(pair.ModRevision, 10), Data: string(pair.Value)}
}

// revision returns the revision that a version is, 0 for absent. It reports false
// for what is no version of this store.
func revision(version string) (int64, bool) {
	if version == "" {
		return 0, true
	}
	n, err := strconv.ParseInt(version, 10, 64)
	return n, err == nil && n > 0 && strconv.FormatInt(n, 10) == version
}
