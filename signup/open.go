package signup

import (
	"errors"

	"github.com/enrol-sso/enrol/kv"
)

// open prepares an empty store, or makes sure that this engine may write one
// that is in use. Several processes may open a store at once.
func (r *run) open(data []byte) (any, *Error) {
	request := readObject("the request", data)
	r.adopt(request.cid(), "")
	if err := request.done(); err != nil {
		return nil, err
	}
	occupied := false // there was something in the store when it was last looked at
	for range maxAttempts {
		values, err := r.get(metaFormatKey, metaKeysKey)
		if err != nil {
			return nil, err
		}
		if values[0].Version != "" && values[1].Version != "" {
			if _, err := r.readMeta(values); err != nil {
				return nil, err
			}
			return accepted(r.cid), nil
		}
		entries, fault := r.host.Scan("", "", 1)
		if fault != nil {
			return nil, outside("scan", fault)
		}
		if len(entries) > 0 {
			if occupied {
				return nil, internal("the store holds something else, or has lost a record of meta/: give an empty one")
			}
			occupied = true // perhaps another process has just prepared it: look again
			continue
		}
		failed, fault := r.host.Commit(r.firstBatch())
		switch {
		case fault == nil && len(failed) == 0:
			return accepted(r.cid), nil
		case fault != nil && !errors.Is(fault, kv.ErrUnknown) && !errors.Is(fault, kv.ErrConflict):
			return nil, outside("commit", fault)
		}
	}
	return nil, tooMuchContention()
}

func (r *run) firstBatch() kv.Batch {
	writer := r.keys.keys[0]
	return kv.Batch{
		Checks: []kv.Check{{Key: metaFormatKey}, {Key: metaKeysKey}},
		Puts: []kv.Put{
			put(metaFormatKey, formatRecord{V: recordVersion, Unicode: UnicodeVersion(), Buckets: r.config.Enrol.Buckets}),
			put(metaKeysKey, keysRecord{V: recordVersion, Keys: []keyEntry{{ID: writer.id, Check: writer.check()}}}),
		},
	}
}
