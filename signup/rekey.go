package signup

import (
	"slices"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/keyring"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// RekeyRequest is the request of rekey, which moves a store to the newest
// secret key.
type RekeyRequest struct {
	CID        string
	Limit      int    // records to read, 1 to 100; 100 if 0
	Cursor     string // of the run before, "" for the first
	RemoteAddr []string

	caller // see AsSuperUser
}

// JSON returns the request in JSON for rekey.
func (r RekeyRequest) JSON() ([]byte, error) { return requestJSON(&r) }

func (r *RekeyRequest) members(m *strictjson.Members) {
	visitCID(m.Optional(), &r.CID)
	visitPage(m, &r.Limit, 100, &r.Cursor)
	visitCaller(m, &r.caller)
	visitRemoteAddr(m.Optional(), &r.RemoteAddr)
}

const auditRekey = "store.rekey"

// rekey moves a store to the newest of the given secret keys while it is in
// use. The first run waits until every announced host has that key, and puts it
// into use together with the old one: from then on everything is written with
// it, and read with both. Each run then moves a limited number of records. The
// pass that finds no record of the old key retires it. Answers kept for
// repetitions cannot be moved, so the old key stays until they expire.
func (r *run) rekey(data []byte) (document, *Error) {
	var request RekeyRequest
	err := readRequest(data, request.members)
	r.setCID(request.CID, "")
	if err != nil {
		return nil, err
	}
	if answer, err := r.forSuperUsers(auditRekey, request.caller, request.RemoteAddr); err != nil || answer != nil {
		return answer, err
	}
	if err := r.loadMeta(); err != nil {
		return nil, err
	}
	answer := RekeyResponse{Response: *accepted(r.cid), Key: r.writer().ID}
	if next := r.nextWriter(); next != r.writer() {
		waits, check, err := r.withoutKey(next)
		if err != nil {
			return nil, err
		}
		if answer.WaitsFor = waits; waits > 0 {
			return &answer, nil
		}
		if err := r.useKeys([]kv.Check{check}, next, r.writer()); err != nil {
			return nil, err
		}
		answer.Key, answer.More = next.ID, true
		return &answer, nil
	}
	if len(r.meta.active) == 1 {
		answer.Done = true
		return &answer, nil
	}
	m := &mover{run: r, limit: request.Limit, answer: answer}
	if err := m.pass(request.Cursor); err != nil {
		return nil, err
	}
	return &m.answer, nil
}

// nextWriter returns the key that is to write: the newest of this host, unless
// the store has left it for another. A host that has the keys in the former order,
// or starts with it again, must not undo what the others do.
func (r *run) nextWriter() *keyring.Key {
	newest := keyring.All(r.keys)[0]
	if slices.Contains(r.meta.active, newest) || slices.Contains(r.meta.keys.Replaced, newest.Entry()) {
		return r.writer()
	}
	return newest
}

// useKeys puts keys into use and audits it. The commit has further checks.
func (r *run) useKeys(checks []kv.Check, keys ...*keyring.Key) *Error {
	stored := record.Keys{
		V:        record.Version,
		Guesses:  r.sealGuessSecret(keys[0]),
		Change:   r.nextID("keys"),
		Replaced: slices.Clone(r.meta.keys.Replaced),
		Hashes:   r.meta.keys.Hashes,
	}
	for _, k := range keys {
		stored.Keys = append(stored.Keys, k.Entry())
	}
	for _, k := range r.meta.active {
		if !slices.Contains(keys, k) {
			stored.Replaced = append(stored.Replaced, k.Entry())
		}
	}
	if beyond := len(stored.Replaced) - record.MaxReplaced; beyond > 0 {
		stored.Replaced = stored.Replaced[beyond:]
	}
	if err := r.audit(auditRekey, resultOK, ""); err != nil {
		return err
	}
	outcome, err := r.commit(kv.Batch{Checks: append(checks, r.meta.checks...), Puts: []kv.Put{record.Put(record.KeysKey, &stored)}})
	if err == nil && outcome != committed {
		return r.givenUp()
	}
	return err
}

// RekeyResponse is the response of rekey.
type RekeyResponse struct {
	Response
	Moved  int    // records
	More   bool   // whether this pass continues: rekey again at once
	Cursor string // for the next run
	Done   bool   // the store needs only the secret key that is Key

	Key      string // the id of the secret key that seals new records
	WaitsFor int    // announced hosts that lack the new key: nothing happens before each of them has it
}

func (r *RekeyResponse) members(m *strictjson.Members) {
	r.Response.members(m)
	m.Int("moved", &r.Moved)
	m.Bool("more", &r.More)
	m.String("cursor", &r.Cursor)
	m.Bool("done", &r.Done)
	m.Optional().String("key", &r.Key)
	m.Optional().Int("waits_for", &r.WaitsFor)
}
