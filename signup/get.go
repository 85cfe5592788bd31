package signup

import (
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/identity"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// GetRequest is the request of get. It must have either a user id or a
// username.
type GetRequest struct {
	CID      string
	UserID   string
	Username string
}

// JSON returns the request in JSON for get.
func (r GetRequest) JSON() ([]byte, error) { return requestJSON(&r) }

func (r *GetRequest) members(m *strictjson.Members) {
	visitCID(m.Optional(), &r.CID)
	text(m.Optional(), "user_id", &r.UserID, maxUserID)
	raw(m.Optional(), "username", &r.Username, maxText)
	m.IsEither("user_id", "username")
	switch {
	case r.UserID == "" && r.Username == "":
		m.Miss("user_id")
	case r.UserID != "" && r.Username != "":
		m.Fail("username", "cannot be given together with user_id")
	}
}

// getUser returns an account by its id or its name: a confirmed account, or a
// claim that has not expired, void or not. It is for trusted callers.
func (r *run) getUser(data []byte) (document, *Error) {
	var request GetRequest
	err := readRequest(data, request.members)
	r.setCID(request.CID, "")
	if err != nil {
		return nil, err
	}
	if err := r.loadMeta(); err != nil {
		return nil, err
	}
	id := request.UserID
	if request.Username != "" {
		if id, err = r.holder(request.Username); err != nil {
			return nil, err
		}
	}
	if !record.IsID(id) {
		return refused(r.cid, UserIDInvalid), nil
	}
	values, err := r.get(record.UserPrefix + id)
	if err != nil {
		return nil, err
	}
	if values[0].Version == "" {
		return refused(r.cid, UserIDInvalid), nil
	}
	user, err := record.Decode[record.User](record.UserPrefix+id, values[0])
	if err != nil {
		return nil, err
	}
	if !user.Live(r.now) {
		return refused(r.cid, UserIDInvalid), nil
	}
	shown, err := r.show(user)
	if err != nil {
		return nil, err
	}
	return &GetResponse{Response: *accepted(r.cid), User: shown}, nil
}

// holder returns the id of the account that owns a username, or "".
func (r *run) holder(username string) (string, *Error) {
	if r.isAddressName(username) {
		return r.holderOfAddress(username)
	}
	name, ok := identity.Name(username)
	if !ok || len(name) > maxNameBytes {
		return "", nil
	}
	values, err := r.get(record.NamePrefix + name)
	if err != nil || values[0] == (kv.Value{}) {
		return "", err
	}
	stored, err := record.Decode[record.Name](record.NamePrefix+name, values[0])
	if err != nil {
		return "", err
	}
	return stored.ID, nil
}

// GetResponse is the response of get.
type GetResponse struct {
	Response
	User User
}

func (g *GetResponse) members(m *strictjson.Members) {
	g.Response.members(m)
	m.Object("user", g.User.members)
}
