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
// one. If it names the host, open announces it to the others.
func (r *run) open(data []byte) (document, *Error) {
	var request openRequest
	err := readRequest(data, request.members)
	r.setCID(request.cid, "")
	if err != nil {
		return nil, err
	}
	if err := r.prepare(request.exclusive); err != nil {
		return nil, err
	}
	if request.host != "" {
		if err := r.announce(request.host, request.leaves); err != nil {
			return nil, err
		}
	}
	return accepted(r.cid), nil
}

// openRequest is the request of open, which only hosts make.
type openRequest struct {
	cid       string
	exclusive bool   // nobody else has the store open
	host      string // the id of the host that announces itself, "" for none
	leaves    bool   // it will not serve any more
}

func (o *openRequest) members(m *strictjson.Members) {
	visitCID(m, &o.cid)
	m.Bool("exclusive", &o.exclusive)
	m.Optional().String("host", &o.host)
	if o.host != "" && !keyring.IsID(o.host) {
		m.Fail("host", "must be 1 to 16 of a-z, 0-9 and \"-\"")
	}
	m.Bool("leaves", &o.leaves)
}

// prepare makes the records of an empty store, or checks those of a store in
// use.
func (r *run) prepare(exclusive bool) *Error {
	occupied := false // the store was not empty at the last try
	for range maxAttempts {
		values, err := r.get(record.FormatKey, record.KeysKey)
		if err != nil {
			return err
		}
		if values[0].Version != "" && values[1].Version != "" {
			if r.meta, err = r.readMeta(values); err != nil {
				return err
			}
			if err := r.replaceHashes(); err != nil {
				return err
			}
			if exclusive {
				if err := r.release(); err != nil {
					return err
				}
			}
			return nil
		}
		entries, failure := r.host.Scan("", "", 1)
		if failure != nil {
			return fault.Outside("scan", failure)
		}
		if len(entries) > 0 {
			if occupied {
				return fault.Internal("the store contains something else, or lost a record of meta/: use an empty one")
			}
			occupied = true // perhaps another process has just prepared it: read again
			continue
		}
		outcome, err := r.commit(r.firstBatch())
		if err != nil {
			return err
		}
		if outcome == committed {
			return nil
		}
	}
	return r.givenUp()
}

func (r *run) firstBatch() kv.Batch {
	writer := keyring.All(r.keys)[0]
	return kv.Batch{
		Checks: []kv.Check{{Key: record.FormatKey}, {Key: record.KeysKey}},
		Puts: []kv.Put{
			record.Put(record.FormatKey, &record.Format{V: record.Version, Unicode: UnicodeVersion(), Buckets: r.config.Enrol.Buckets}),
			record.Put(record.KeysKey, &record.Keys{V: record.Version, Keys: []keyring.Entry{writer.Entry()}, Hashes: []phc.Kind{hashKind(r.config)}}),
		},
	}
}
