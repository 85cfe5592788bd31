package signup

import (
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/identity"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// ImportRequest is the request of import, which moves an account in.
type ImportRequest struct {
	CID        string
	Account    MovedAccount
	DryRun     bool // decide, but write nothing, not even to the audit trail
	RemoteAddr []string

	caller // see AsSuperUser
}

// JSON returns the request in JSON for import. It contains the password hash.
func (r ImportRequest) JSON() ([]byte, error) { return requestJSON(&r) }

func (r *ImportRequest) members(m *strictjson.Members) {
	visitCID(m.Optional(), &r.CID)
	m.Object("account", r.Account.arriving)
	m.Optional().Bool("dry_run", &r.DryRun)
	visitCaller(m, &r.caller)
	visitRemoteAddr(m.Optional(), &r.RemoteAddr)
	if m.Reading() && !m.Has("account") {
		m.Miss("account")
	}
}

const auditImport = "user.import"

// importAccount moves an account or a claim in. An account with the same username
// and address that exists already is left as it is, so that an import can be
// repeated. Nobody is sent a message, and no callback is called.
func (r *run) importAccount(data []byte) (document, *Error) {
	var request ImportRequest
	err := readRequest(data, request.members)
	r.setCID(request.CID, "")
	if err != nil {
		return nil, err
	}
	if answer, err := r.forSuperUsers(auditImport, request.caller, request.RemoteAddr); err != nil || answer != nil {
		return answer, err
	}
	in, code, err := r.arrival(&request.Account)
	if err != nil {
		return nil, err
	}
	if code != "" {
		return r.refuseImport(request, code)
	}
	audited := false
	for attempt := 0; ; attempt++ {
		found, err := r.findArrived(in)
		switch {
		case err != nil:
			return nil, err
		case found.id != "" && found.id == in.user.ID && attempt > 0: // committed before, but the answer was lost
			return imported(r.cid, found.id, importCreated), nil
		case found.id != "":
			return imported(r.cid, found.id, importUnchanged), nil
		case found.code != "":
			return r.refuseImport(request, found.code)
		case request.DryRun:
			return imported(r.cid, "", importCreated), nil
		case attempt == maxAttempts:
			return nil, r.giveUp(auditImport, in.user.ID, r.givenUp())
		}
		if !audited {
			if err := r.audit(auditImport, resultOK, in.user.ID); err != nil {
				return nil, err
			}
			audited = true
		}
		outcome, err := r.commit(r.arrivalBatch(in, found))
		if err != nil {
			return nil, r.giveUp(auditImport, in.user.ID, err)
		}
		if outcome == committed {
			return imported(r.cid, in.user.ID, importCreated), nil
		}
	}
}

func (r *run) refuseImport(request ImportRequest, code Code) (document, *Error) {
	if request.DryRun {
		return refused(r.cid, code), nil
	}
	return refused(r.cid, code), r.audit(auditImport, resultError, "", code)
}

// arrived is what the store has about an account that is moved in.
type arrived struct {
	id     string   // of the same account, if it is already there
	code   Code     // why the account cannot be written, or ""
	gone   []string // the records of an expired claim whose name is taken over
	checks []kv.Check
}

// findArrived reads the name, the id, the address and the tokens of an account.
func (r *run) findArrived(in *arrival) (*arrived, *Error) {
	keys := []string{record.NamePrefix + in.user.Name, record.UserPrefix + in.user.ID}
	if in.address != "" {
		keys = append(keys, r.mailKeys(in.email)...)
	}
	for _, token := range in.tokens {
		keys = append(keys, record.TokenPrefix+token)
	}
	values, err := r.loadMetaAnd(keys...)
	if err != nil {
		return nil, err
	}
	found := &arrived{checks: slices.Clone(r.meta.checks)}
	for i, value := range values {
		found.checks = append(found.checks, kv.Check{Key: keys[i], Version: value.Version})
		if value.Version == "" || slices.Contains(found.gone, keys[i]) {
			continue
		}
		holder, code := in.user.ID, UserIDInvalid
		switch {
		case i == 0:
			name, err := record.Decode[record.Name](keys[i], value)
			if err != nil {
				return nil, err
			}
			if name.Free(r.now) {
				found.gone = name.Keys
				continue
			}
			holder, code = name.ID, UsernameExists
		case i == 1:
		case strings.HasPrefix(keys[i], record.TokenPrefix):
			token, err := record.Decode[record.Token](keys[i], value)
			if err != nil {
				return nil, err
			}
			holder, code = token.ID, NoSuchSignupToken
		default:
			owner, err := record.Decode[record.Reference](keys[i], value)
			if err != nil {
				return nil, err
			}
			if holder, code = owner.ID, EmailExists; in.user.State != record.StateFinal {
				continue // a claim does not reserve its address
			}
		}
		same, err := r.hasArrived(in, holder)
		if err != nil {
			return nil, err
		}
		if same {
			found.id = holder
		} else {
			found.code = code
		}
		return found, nil
	}
	return found, nil
}

// hasArrived reports whether the account of an id is the one that is moved in: it
// has the same username and the same address, and is as far as that one. Of a
// claim that expired meanwhile nothing is left.
func (r *run) hasArrived(in *arrival, id string) (bool, *Error) {
	if in.given != "" && in.given != id {
		return false, nil
	}
	key := record.UserPrefix + id
	values, err := r.get(key)
	if err != nil || values[0].Version == "" {
		return false, err
	}
	user, err := record.Decode[record.User](key, values[0])
	if err != nil {
		return false, err
	}
	email, err := r.email(user)
	if err != nil {
		return false, err
	}
	address, _, _ := identity.Address(email)
	named := user.Name == in.user.Name || user.Name == record.ClaimName(id) && in.user.Name == record.ClaimName(in.user.ID)
	far := user.State == record.StateFinal || user.State == record.StatePending && in.user.State == record.StatePending
	return named && far && address == in.address, nil
}

// arrivalBatch writes an account, or a claim with its tokens. If no token was given,
// there is one that nobody has: its owner asks for another.
func (r *run) arrivalBatch(in *arrival, found *arrived) kv.Batch {
	user := in.user
	r.setHash(&user, in.stored)
	switch {
	case in.email == "":
	case r.config.Main.EncryptEmail:
		user.EmailSealed = r.writer().Seal(r.seed, record.EmailPlace(user.ID), in.email)
	default:
		user.Email = in.email
	}
	bucket := r.meta.bucket(user.ID)
	keys := []string{record.UserPrefix + user.ID}
	batch := kv.Batch{Checks: found.checks}
	put := func(key string, what record.Document) {
		keys = append(keys, key)
		batch.Puts = append(batch.Puts, record.Put(key, what))
	}
	name := record.Name{V: record.Version, ID: user.ID, State: user.State}
	if user.State == record.StateFinal {
		if in.address != "" {
			put(record.MailKey(r.writer(), in.address), &record.Reference{V: record.Version, ID: user.ID})
		}
		if user.ApprovalStatus == record.ApprovalBefore {
			put(record.TimedKey(record.ApprovalPrefix, bucket, user.ConfirmTime, user.ID), &record.Reference{V: record.Version, ID: user.ID})
		}
	} else {
		name.Expires = user.Expires
		tokens := in.tokens
		if len(tokens) == 0 {
			tokens = []string{record.HashToken(r.nextID("token"))}
		}
		for _, token := range tokens {
			put(record.TokenPrefix+token, &record.Token{V: record.Version, ID: user.ID, Name: user.Name})
		}
		if len(tokens) == maxTokens {
			user.Resent = tokens[1]
		}
		pending := &record.Pending{V: record.Version, ID: user.ID, Name: user.Name, State: user.State}
		key := r.pendingKey(&user)
		pending.Keys = append(slices.Clone(keys), key)
		put(key, pending)
	}
	name.Keys = keys
	batch.Puts = append(batch.Puts, record.Put(record.UserPrefix+user.ID, &user), record.Put(record.NamePrefix+user.Name, &name))
	for _, key := range found.gone {
		if !slices.ContainsFunc(batch.Puts, func(put kv.Put) bool { return put.Key == key }) {
			batch.Deletes = append(batch.Deletes, key)
		}
	}
	if kind := in.kind; len(r.meta.keys.Hashes) < record.MaxHashes { // many kinds would only replace each other
		r.noteHashes(&batch, kind)
	}
	return batch
}

// Outcomes of an import.
const (
	importCreated   = "created"
	importUnchanged = "unchanged"
)

func imported(cid, userID, outcome string) *ImportResponse {
	return &ImportResponse{Response: *accepted(cid), UserID: userID, Outcome: outcome}
}

// ImportResponse is the response of import.
type ImportResponse struct {
	Response
	UserID  string
	Outcome string // "created", or "unchanged": it was there already
}

func (i *ImportResponse) members(m *strictjson.Members) {
	i.Response.members(m)
	m.Optional().String("user_id", &i.UserID)
	m.Optional().String("outcome", &i.Outcome)
}
