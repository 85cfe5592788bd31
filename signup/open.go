package signup

import (
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/fault"
	"github.com/enrol-sso/enrol/signup/internal/keyring"
	"github.com/enrol-sso/enrol/signup/internal/phc"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// open prepares an empty store, or checks that this engine may write to a store
// in use. Several processes may open a store at once. If the request says that
// this process has the store to itself, open ends the leases of the previous
// one.
func (r *run) open(data []byte) (document, *Error) {
	cid, exclusive := "", false
	err := readRequest(data, func(m *strictjson.Members) {
		visitCID(m, &cid)
		m.Bool("exclusive", &exclusive)
	})
	r.setCID(cid, "")
	if err != nil {
		return nil, err
	}
	occupied := false // the store was not empty at the last try
	for range maxAttempts {
		values, err := r.get(record.FormatKey, record.KeysKey)
		if err != nil {
			return nil, err
		}
		if values[0].Version != "" && values[1].Version != "" {
			if r.meta, err = r.readMeta(values); err != nil {
				return nil, err
			}
			if err := r.replaceHashes(); err != nil {
				return nil, err
			}
			if exclusive {
				if err := r.release(); err != nil {
					return nil, err
				}
			}
			return accepted(r.cid), nil
		}
		entries, failure := r.host.Scan("", "", 1)
		if failure != nil {
			return nil, fault.Outside("scan", failure)
		}
		if len(entries) > 0 {
			if occupied {
				return nil, fault.Internal("the store contains something else, or lost a record of meta/: use an empty one")
			}
			occupied = true // perhaps another process has just prepared it: read again
			continue
		}
		outcome, err := r.commit(r.firstBatch())
		if err != nil {
			return nil, err
		}
		if outcome == committed {
			return accepted(r.cid), nil
		}
	}
	return nil, r.givenUp()
}

func (r *run) firstBatch() kv.Batch {
	writer := keyring.All(r.keys)[0]
	return kv.Batch{
		Checks: []kv.Check{{Key: record.FormatKey}, {Key: record.KeysKey}},
		Puts: []kv.Put{
			record.Put(record.FormatKey, &record.Format{V: record.Version, Unicode: UnicodeVersion(), Buckets: r.config.Enrol.Buckets}),
			record.Put(record.KeysKey, &record.Keys{V: record.Version, Keys: []keyring.Entry{{ID: writer.ID, Check: writer.Check()}}, Hashes: []phc.Kind{hashKind(r.config)}}),
		},
	}
}
