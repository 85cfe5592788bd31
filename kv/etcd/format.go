package etcd

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"go.etcd.io/etcd/api/v3/mvccpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/enrol-sso/enrol/kv"
)

const (
	// format increases when older versions could not read the keys.
	format = 1

	formatName = "enrol kv/etcd "
)

// newRecord returns the value of PREFIX/format for a new store.
func newRecord() string { return fmt.Sprintf("%s%d %s", formatName, format, rand.Text()) }

// checkRecord refuses a store of another version, and what is none.
func checkRecord(record string, p place) error {
	rest, ours := strings.CutPrefix(record, formatName)
	number, id, _ := strings.Cut(rest, " ")
	n, err := strconv.Atoi(number)
	switch {
	case ours && err == nil && n > format:
		return fmt.Errorf("kv/etcd: the store has format %d, known up to %d: %w; install that version or a later one", n, format, kv.ErrNewer)
	case !ours || err != nil || n != format || id == "":
		return fmt.Errorf("kv/etcd: the value of %s is not what this program writes: %w", p.recordKey(), kv.ErrDamaged)
	}
	return nil
}

// prepare creates or checks the store.
func (s *Store) prepare(ctx context.Context) error {
	const tries = 5
	var last error
	for range tries {
		record, others, err := s.examine(ctx)
		switch {
		case err != nil:
			return err
		case record != "":
			s.record = record
			return checkRecord(record, s.place)
		case others:
			return fmt.Errorf("kv/etcd: the cluster has keys that begin with %s, and no store there: another program uses them; name another prefix", s.place.base())
		}
		if err := s.checkAround(ctx); err != nil {
			return err
		}
		if last = s.create(ctx); last != nil && !errors.Is(last, kv.ErrUnknown) {
			return last
		}
	}
	return fmt.Errorf("kv/etcd: creating the store: %w", errors.Join(last, kv.ErrConflict))
}

// examine returns the record of the store, and whether other keys have its
// prefix.
func (s *Store) examine(ctx context.Context) (record string, others bool, err error) {
	response, _, err := s.send(ctx, request{then: []clientv3.Op{
		clientv3.OpGet(s.place.recordKey()),
		clientv3.OpGet(s.place.base(), clientv3.WithPrefix(), clientv3.WithLimit(1), clientv3.WithKeysOnly()),
	}}, true)
	if err != nil {
		return "", false, fmt.Errorf("kv/etcd: %w", explained(err, s.place))
	}
	found := response.Responses[0].GetResponseRange().Kvs
	return valueOf(found), len(found) == 0 && len(response.Responses[1].GetResponseRange().Kvs) > 0, nil
}

// checkAround refuses a prefix within that of another store, whose keys would be
// in each other's way. A user who may not read there cannot know.
func (s *Store) checkAround(ctx context.Context) error {
	for at, character := range s.place.prefix {
		if character != '/' {
			continue
		}
		around := place{prefix: s.place.prefix[:at]}
		response, _, err := s.send(ctx, request{then: []clientv3.Op{clientv3.OpGet(around.recordKey())}}, true)
		switch {
		case errors.Is(err, rpctypes.ErrPermissionDenied):
		case err != nil:
			return fmt.Errorf("kv/etcd: %w", explained(err, s.place))
		case strings.HasPrefix(valueOf(response.Responses[0].GetResponseRange().Kvs), formatName):
			return fmt.Errorf("kv/etcd: the prefix %s is within that of the store %s: name another one", s.place.prefix, around.prefix)
		}
	}
	return nil
}

// create writes the record if no key has the prefix. Whether it did, or another
// program was faster, the next look tells.
func (s *Store) create(ctx context.Context) error {
	_, sent, err := s.send(ctx, request{
		compare: []clientv3.Cmp{clientv3.Compare(clientv3.CreateRevision(s.place.base()), "=", 0).WithPrefix()},
		then:    []clientv3.Op{clientv3.OpPut(s.place.recordKey(), newRecord())},
	}, false)
	if err != nil {
		return failed(err, sent, s.place)
	}
	return nil
}

// same refuses an answer about another store than the one that was opened.
func (s *Store) same(found []*mvccpb.KeyValue) error {
	record := valueOf(found)
	if record == s.record {
		return nil
	}
	if record == "" {
		return fmt.Errorf("kv/etcd: %s is gone: the store was deleted, or the URL has members of different clusters", s.place.recordKey())
	}
	if err := checkRecord(record, s.place); err != nil {
		return err
	}
	return fmt.Errorf("kv/etcd: %s changed: the store was replaced by another, or the URL has members of different clusters", s.place.recordKey())
}

// valueOf returns the value of the one key that was asked for, "" if it is
// absent.
func valueOf(found []*mvccpb.KeyValue) string {
	if len(found) == 0 {
		return ""
	}
	return string(found[0].Value)
}
