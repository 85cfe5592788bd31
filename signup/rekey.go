package signup

import (
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
// use. The first run puts that key into use together with the old one: from
// then on everything is written with it, and read with both. Each run then
// moves a limited number of records. The pass that finds no record of the old
// key retires it. Answers kept for repetitions cannot be moved, so the old key
// stays until they expire.
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
	newest := keyring.All(r.keys)[0]
	if r.writer() != newest {
		if err := r.useKeys(newest, r.writer()); err != nil {
			return nil, err
		}
		return &RekeyResponse{Response: *accepted(r.cid), More: true}, nil
	}
	if len(r.meta.active) == 1 {
		return &RekeyResponse{Response: *accepted(r.cid), Done: true}, nil
	}
	m := &mover{run: r, limit: request.Limit, answer: RekeyResponse{Response: *accepted(r.cid)}}
	if err := m.pass(request.Cursor); err != nil {
		return nil, err
	}
	return &m.answer, nil
}

// useKeys puts keys into use and audits it.
func (r *run) useKeys(keys ...*keyring.Key) *Error {
	stored := record.Keys{
		V:       record.Version,
		Guesses: r.sealGuessSecret(keys[0]),
		Change:  r.nextID("keys"),
		Hashes:  r.meta.keys.Hashes,
	}
	for _, k := range keys {
		stored.Keys = append(stored.Keys, keyring.Entry{ID: k.ID, Check: k.Check()})
	}
	if err := r.audit(auditRekey, resultOK, ""); err != nil {
		return err
	}
	outcome, err := r.commit(kv.Batch{Checks: r.meta.checks, Puts: []kv.Put{record.Put(record.KeysKey, &stored)}})
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
	Done   bool   // no record of the old key is left, and it is retired
}

func (r *RekeyResponse) members(m *strictjson.Members) {
	r.Response.members(m)
	m.Int("moved", &r.Moved)
	m.Bool("more", &r.More)
	m.String("cursor", &r.Cursor)
	m.Bool("done", &r.Done)
}
