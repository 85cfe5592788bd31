package signup

import (
	"github.com/enrol-sso/enrol/signup/internal/fault"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/ssoconf"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// SignupRequest is the request of signup and validate.
type SignupRequest struct {
	CID string // correlation id, up to 64 of A-Za-z0-9_-; random if empty

	// The account to create.
	Username    string
	Password    Secret
	Email       string
	AppList     []string // the applications to sign up to
	SignupApp   string   // the application to sign up through; CurrentApp if empty
	DisplayName string   // the other names joined, if empty
	FirstName   string
	MiddleName  string
	LastName    string
	Attrs       map[string]string

	CurrentApp string   // the application that makes the call; apps.default if empty
	RemoteAddr []string // the client addresses of the user; an entry may have several, separated by commas, with or without ports

	// CurrentUser is the caller, for the audit trail: a user id, or a kind and
	// a label that the program chooses, such as "key:billing".
	CurrentUser string

	// IdempotencyKey makes it safe to repeat the request: for
	// enrol.idempotency_hours, a repetition gets the same answer, byte for
	// byte. Up to 255 characters, preferably a random UUID.
	IdempotencyKey string
}

// JSON returns the request in JSON for signup or validate. It contains the
// password in plain text.
func (r SignupRequest) JSON() ([]byte, error) { return requestJSON(&r) }

// asked returns the request without what may differ in a repetition.
func (r SignupRequest) asked() SignupRequest {
	r.CID, r.RemoteAddr, r.CurrentUser, r.IdempotencyKey = "", nil, "", ""
	return r
}

// given says where a signup request has the members of the account, and which
// members it has, which only validate needs.
type given struct {
	path string // of the account: "ctx.", or "" if its members are next to the others

	currentApp, appList, username, email, password bool
}

// accountMembers are the members of ctx that a request without ctx may have
// itself.
var accountMembers = []string{
	"username", "password", "email", "app_list", "display_name", "first_name", "middle_name", "last_name", "attrs",
}

func (r *SignupRequest) members(m *strictjson.Members) { r.visit(m, new(given)) }

// visit visits the members of a request, and records which are present. It
// reads the account last, so that the answer to an invalid account has the cid
// of the idempotency key. The account is written as ctx, as in the original's
// signature. It is read from ctx or from the request itself, but not from both.
func (r *SignupRequest) visit(m *strictjson.Members, g *given) {
	ctx := func() {
		m.Object("ctx", func(m *strictjson.Members) { r.visitAccount(m, g) })
	}
	visitCID(m.Optional(), &r.CID)
	if !m.Reading() {
		g.path = "ctx."
		ctx()
	}
	text(m.Optional(), "current_app", &r.CurrentApp, ssoconf.MaxAppName)
	visitRemoteAddr(m.Optional(), &r.RemoteAddr)
	visitCurrentUser(m.Optional(), &r.CurrentUser)
	text(m.Optional(), "idempotency_key", &r.IdempotencyKey, maxRepeatKey)
	if !m.Reading() {
		return
	}
	g.currentApp = r.CurrentApp != ""
	if !m.Has("ctx") {
		ctx() // a null, which counts as absent
		r.visitAccount(m, g)
		return
	}
	g.path = "ctx."
	for _, name := range accountMembers {
		if m.Has(name) {
			m.Fail(name, "is outside ctx: put all members of the account into ctx, or none")
		}
	}
	ctx()
}

// visitAccount visits the members of the account. current_app is one of them
// only in ctx: outside it is the application that makes the call.
func (r *SignupRequest) visitAccount(m *strictjson.Members, g *given) {
	g.username, g.password, g.email, g.appList = m.Has("username"), m.Has("password"), m.Has("email"), m.Has("app_list")
	raw(m, "username", &r.Username, maxText)
	raw(m, "password", (*string)(&r.Password), maxText)
	raw(m.Optional(), "email", &r.Email, maxText)
	if g.path != "" {
		text(m.Optional(), "current_app", &r.SignupApp, ssoconf.MaxAppName)
	}
	visitAppList(m.Optional(), &r.AppList)
	text(m.Optional(), "display_name", &r.DisplayName, maxName)
	text(m.Optional(), "first_name", &r.FirstName, maxName)
	text(m.Optional(), "middle_name", &r.MiddleName, maxName)
	text(m.Optional(), "last_name", &r.LastName, maxName)
	visitAttrs(m.Optional(), &r.Attrs)
}

// readSignup reads a request, and reports which members it has.
func readSignup(data []byte) (r SignupRequest, g given, err *Error) {
	err = readRequest(data, func(m *strictjson.Members) { r.visit(m, &g) })
	return r, g, err
}

// readCompleteSignup reads a request for an account, which must have the
// applications to sign up to.
func readCompleteSignup(data []byte) (SignupRequest, *Error) {
	request, given, err := readSignup(data)
	if err == nil && len(request.AppList) == 0 {
		err = fault.MissingField(given.path + "app_list")
	}
	return request, err
}

// The operations of signups in the audit trail.
const (
	auditSignup = "user.signup"
	auditCreate = "user.create_user"
)

// claimEntropy returns the number of random bytes that a signup needs for its
// id, its token and the password's salt.
func (r *run) claimEntropy() int { return record.IDBytes + record.TokenBytes + saltBytes(r.config) }

// signup creates an account that waits for its token, as User.signup of Zato
// SSO does.
func (r *run) signup(data []byte) (document, *Error) {
	request, err := readCompleteSignup(data)
	r.setCID(request.CID, request.IdempotencyKey)
	if err != nil {
		return nil, err
	}
	r.from(request.CurrentApp, request.RemoteAddr)
	r.currentUser = request.CurrentUser
	if err := r.repeatable(auditSignup, request.IdempotencyKey, request.asked()); err != nil {
		return nil, err
	}
	r.limitRate(auditSignup, r.config.Enrol.RateSignup, request.RemoteAddr)
	if err := r.audit(auditSignup, "", ""); err != nil {
		return nil, err
	}
	answer, err := r.decideSignup(r.withOwnEmail(request))
	if err != nil {
		return nil, r.giveUp(auditSignup, "", err)
	}
	return answer, nil
}

// decideSignup makes a signup, from the local rules to the commit.
func (r *run) decideSignup(request SignupRequest) (document, *Error) {
	before, after := r.validationServices()
	if len(before) > 0 {
		if answer, err := r.admitToServices(request, before); err != nil || answer != nil {
			return answer, err
		}
	}
	account, codes := r.check(request)
	switch {
	case len(codes) > 0 && len(before) > 0: // kept, because a service might stop a repetition earlier
		return r.refuse(auditSignup, "", codes, r.tell(codes))
	case len(codes) > 0:
		return refused(r.cid, r.tell(codes)...), r.audit(auditSignup, resultError, "", codes...)
	case len(before) == 0:
		if answer, err := r.admit(); err != nil || answer != nil {
			return answer, err
		}
	}
	if codes, err := r.askServices(account, after); err != nil {
		return nil, err
	} else if len(codes) > 0 {
		return r.refuse(auditSignup, "", codes, r.tell(codes))
	}
	draft, err := r.draft(account)
	if err != nil {
		return nil, err
	}
	return r.commitClaim(draft)
}

// admitToServices calls the services that the configuration lists before the
// built-in rules. The application is checked first, as in the original, and the
// signup is admitted, so that the rate limit also limits the calls. The answer
// is nil if the signup continues.
func (r *run) admitToServices(request SignupRequest, services []validationService) (document, *Error) {
	if code := r.checkCurrentApp(r.currentApp); code != "" {
		return refused(r.cid, r.tell([]Code{code})...), r.audit(auditSignup, resultError, "", code)
	}
	if answer, err := r.admit(); err != nil || answer != nil {
		return answer, err
	}
	codes, err := r.askServices(r.unchecked(request), services)
	if err != nil || len(codes) == 0 {
		return nil, err
	}
	return r.refuse(auditSignup, "", codes, r.tell(codes))
}

// SignupResponse is the response of signup.
type SignupResponse struct {
	Response

	// ConfirmToken must go only to the owner of the e-mail address: 32
	// characters of A-Za-z0-9_-. With always_return_confirm_token it may be a
	// decoy that confirms nothing.
	ConfirmToken Secret
}

func (s *SignupResponse) members(m *strictjson.Members) {
	s.Response.members(m)
	m.String("confirm_token", (*string)(&s.ConfirmToken))
}
