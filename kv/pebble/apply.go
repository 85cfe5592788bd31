package pebble

import (
	engine "github.com/cockroachdb/pebble/v2"

	"github.com/enrol-sso/enrol/kv"
)

// applied is a visible batch that is not yet on disk. It uses ApplyNoSyncWait
// and SyncWait, which the engine marks as experimental: only this file uses
// them.
type applied struct{ batch *engine.Batch }

// apply makes all changes of the batch visible at once.
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

// sync waits until the batch, and all batches applied before it, are on disk.
func (a applied) sync() error {
	if err := a.batch.SyncWait(); err != nil {
		return err
	}
	return a.batch.Close()
}
