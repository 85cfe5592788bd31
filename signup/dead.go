package signup

import (
	"errors"
	"strings"

	"github.com/enrol-sso/enrol/kv"
)

const (
	auditRetry = "event.retry"
	deadPrefix = "dead/"
)

// dead lists the events that were given up after their last try, the oldest of
// each bucket first.
func (r *run) dead(data []byte) (any, *Error) {
	request, err := readDead(data)
	r.adopt(request.CID, "")
	if err != nil {
		return nil, err
	}
	if !request.SuperUser {
		return refused(r.cid, SuperUserRequired), nil
	}
	if err := r.loadMeta(); err != nil {
		return nil, err
	}
	entries, fault := r.host.Scan(deadPrefix, request.Cursor, request.Limit)
	if fault != nil {
		return nil, outside("scan", fault)
	}
	answer := DeadResponse{Response: accepted(r.cid), Events: []DeadEvent{}}
	for _, entry := range entries {
		event, err := decode[eventRecord](entry.Key, entry.Value)
		if err != nil {
			return nil, err
		}
		answer.Events = append(answer.Events, DeadEvent{
			ID:          strings.TrimPrefix(entry.Key, deadPrefix),
			UserID:      event.User,
			Destination: label(event.Destination),
			Created:     formatTime(event.Created),
			Tries:       event.Tries,
			Reason:      event.Reason,
		})
	}
	if len(entries) == request.Limit {
		answer.Cursor = entries[len(entries)-1].Key
	}
	return answer, nil
}

// retry makes a dead event due again, with as many tries as a new one. Its id
// for the receiver stays the same.
func (r *run) retry(data []byte) (any, *Error) {
	request, err := readRetry(data)
	r.adopt(request.CID, "")
	if err != nil {
		return nil, err
	}
	if !request.SuperUser {
		return refused(r.cid, SuperUserRequired), nil
	}
	key := deadPrefix + request.ID
	unknown := false // whether an answer was lost
	for range maxAttempts {
		values, err := r.loadMetaAnd(key)
		if err != nil {
			return nil, err
		}
		switch {
		case values[0].Version == "" && unknown: // made due, and perhaps delivered since
			return accepted(r.cid), nil
		case values[0].Version == "":
			return refused(r.cid, NotAllowed), r.audit(auditRetry, resultError, "", NotAllowed)
		}
		event, err := decode[eventRecord](key, values[0])
		if err != nil {
			return nil, err
		}
		if err := r.renew(event); err != nil {
			return nil, err
		}
		event.Tries, event.Due, event.Lease = 0, r.now, ""
		if err := r.audit(auditRetry, resultOK, event.User); err != nil {
			return nil, err
		}
		failed, fault := r.host.Commit(kv.Batch{
			Checks:  append(r.meta.checks, kv.Check{Key: key, Version: values[0].Version}),
			Puts:    []kv.Put{put(eventPrefix+event.ID, event), r.schedulePut(event)},
			Deletes: []string{key},
		})
		switch {
		case fault == nil && len(failed) == 0:
			return accepted(r.cid), nil
		case fault != nil && !isUndecided(fault):
			return nil, outside("commit", fault)
		}
		unknown = unknown || errors.Is(fault, kv.ErrUnknown)
	}
	return nil, tooMuchContention()
}
