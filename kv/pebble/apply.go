package pebble

import (
	engine "github.com/cockroachdb/pebble/v2"

	"github.com/enrol-sso/enrol/kv"
)

// applied is a batch that everyone can see and that is on its way to the disk.
// ApplyNoSyncWait and SyncWait, behind it, are marked experimental in the
// engine: this file is the one place that knows them.
type applied struct{ batch *engine.Batch }

// apply makes the changes of the batch visible, all at once.
func apply(db *engine.DB, changes kv.Batch) (applied, error) {
	batch := db.NewBatch()
	for _, put := range changes.Puts {
		if err := batch.Set([]byte(put.Key), []byte(put.Data), nil); err != nil {
			return applied{}, err
		}
	}
	for _, key := range changes.Deletes {
		if err := batch.Delete([]byte(key), nil); err != nil {
			return applied{}, err
		}
	}
	return applied{batch}, db.ApplyNoSyncWait(batch, engine.Sync)
}

// sync waits until the batch, and all that were applied before it, are on disk.
func (a applied) sync() error {
	if err := a.batch.SyncWait(); err != nil {
		return err
	}
	return a.batch.Close()
}
