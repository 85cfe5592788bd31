package signup

import (
	"net/netip"
	"strings"

	"github.com/tidwall/gjson"
)

// Bounds of what a request may hold, in code points unless said otherwise.
// Usernames, addresses and passwords have tighter ones from the configuration;
// these only keep the work before those rules small.
const (
	maxCID         = 64
	maxText        = 4096 // username, email, password
	maxAppName     = 128
	maxAppList     = 64      // entries
	maxAppBytes    = 4 << 10 // all entries together, as JSON
	maxRemoteAddrs = 16      // entries
	maxRemoteAddr  = 1024
	maxName        = 128 // display_name and the other three
	maxAttrs       = 32  // entries
	maxAttrName    = 64
	maxAttrValue   = 1024
	maxAttrsBytes  = 8 << 10 // as JSON
	maxToken       = 128
	maxUserID      = 64
	maxRepeatKey   = 255 // idempotency_key
)

// SignupRequest asks for an account, or for a dry run of its local rules.
type SignupRequest struct {
	CID        string // correlation id, up to 64 of A-Za-z0-9_-; drawn if empty
	Ctx        SignupCtx
	CurrentApp string   // the application that makes the call; apps.default if empty
	RemoteAddr []string // the user's addresses; an entry may hold several, separated by commas

	// IdempotencyKey makes it safe to send the request again: the second answer
	// is the first one, byte for byte, for enrol.idempotency_hours. Up to 255
	// characters, best a random UUID.
	IdempotencyKey string
}

// SignupCtx is the account to create.
type SignupCtx struct {
	Username    string
	Password    Secret
	Email       string
	CurrentApp  string   // the application signed up through; the call's own if empty
	AppList     []string // the applications signed up to
	DisplayName string   // the other names joined, if empty
	FirstName   string
	MiddleName  string
	LastName    string
	Attrs       map[string]string
}

// ConfirmRequest asks to activate the account of a token.
type ConfirmRequest struct {
	CID          string
	ConfirmToken Secret
	CurrentApp   string
	RemoteAddr   []string

	Password       Secret // needed with enrol.confirm_requires_password only
	IdempotencyKey string // as in SignupRequest
}

// GetRequest asks for an account by exactly one of its id and its name.
type GetRequest struct {
	CID      string
	UserID   string
	Username string
}

// DispatchRequest asks to deliver what is due.
type DispatchRequest struct {
	CID   string
	Limit int // events, 1 to 100; 16 if 0
}

// given says which members of a signup request were there at all, which only
// validate asks.
type given struct {
	currentApp, appList, username, email, password bool
}

func readSignup(data []byte) (SignupRequest, given, *Error) {
	o := readObject("the request", data)
	r := SignupRequest{
		CID:        o.cid(),
		CurrentApp: o.text("current_app", maxAppName),
		RemoteAddr: o.remoteAddr(),

		IdempotencyKey: o.text("idempotency_key", maxRepeatKey),
	}
	ctx, hasCtx := o.object("ctx")
	if !hasCtx {
		o.miss("ctx")
	}
	has := func(name string) bool {
		member, ok := ctx.members[name]
		return ok && member.Type != gjson.Null
	}
	g := given{
		currentApp: r.CurrentApp != "",
		appList:    has("app_list"),
		username:   has("username"),
		email:      has("email"),
		password:   has("password"),
	}
	r.Ctx = SignupCtx{
		Username:    ctx.text("username", maxText),
		Password:    Secret(ctx.text("password", maxText)),
		Email:       ctx.text("email", maxText),
		CurrentApp:  ctx.text("current_app", maxAppName),
		AppList:     ctx.appList(),
		DisplayName: ctx.text("display_name", maxName),
		FirstName:   ctx.text("first_name", maxName),
		MiddleName:  ctx.text("middle_name", maxName),
		LastName:    ctx.text("last_name", maxName),
		Attrs:       ctx.attrs(),
	}
	if err := o.done(); err != nil {
		return r, g, err
	}
	return r, g, ctx.done()
}

func readConfirm(data []byte) (ConfirmRequest, *Error) {
	o := readObject("the request", data)
	r := ConfirmRequest{
		CID:          o.cid(),
		ConfirmToken: Secret(o.text("confirm_token", maxToken)),
		CurrentApp:   o.text("current_app", maxAppName),
		RemoteAddr:   o.remoteAddr(),

		Password:       Secret(o.text("password", maxText)),
		IdempotencyKey: o.text("idempotency_key", maxRepeatKey),
	}
	if r.ConfirmToken == "" {
		o.miss("confirm_token")
	}
	return r, o.done()
}

func readGet(data []byte) (GetRequest, *Error) {
	o := readObject("the request", data)
	r := GetRequest{
		CID:      o.cid(),
		UserID:   o.text("user_id", maxUserID),
		Username: o.text("username", maxText),
	}
	switch {
	case r.UserID == "" && r.Username == "":
		o.miss("user_id")
	case r.UserID != "" && r.Username != "":
		o.fail("username", "cannot be given together with user_id")
	}
	return r, o.done()
}

func readDispatch(data []byte) (DispatchRequest, *Error) {
	o := readObject("the request", data)
	r := DispatchRequest{
		CID:   o.cid(),
		Limit: o.integer("limit", 1, 100, 16),
	}
	return r, o.done()
}

func (o *object) cid() string {
	cid := o.text("cid", maxCID)
	for i := range len(cid) {
		if b := cid[i]; !isDigit(b) && (b|0x20 < 'a' || b|0x20 > 'z') && b != '_' && b != '-' {
			o.fail("cid", "may hold only letters, digits, \"_\" and \"-\"")
			return ""
		}
	}
	return cid
}

// remoteAddr reads one address or several and returns them in their shortest
// form, so that an audit entry holds nothing but addresses. Zones, which may be
// any text, mean something on the host of the connection only and are dropped.
func (o *object) remoteAddr() []string {
	var addrs []string
	for _, entry := range o.textOrTexts("remote_addr", maxRemoteAddrs, maxRemoteAddr) {
		for text := range strings.SplitSeq(entry, ",") {
			addr, err := netip.ParseAddr(strings.TrimSpace(text))
			if err != nil {
				o.fail("remote_addr", "has to hold IPv4 or IPv6 addresses")
				return nil
			}
			addrs = append(addrs, addr.WithZone("").String())
		}
	}
	if len(addrs) > maxRemoteAddrs {
		o.fail("remote_addr", "has %d addresses, the limit is %d", len(addrs), maxRemoteAddrs)
	}
	return addrs
}

func (o *object) attrs() map[string]string {
	member, ok := o.take("attrs")
	if !ok {
		return nil
	}
	if !member.IsObject() {
		o.fail("attrs", "has to be an object")
		return nil
	}
	inner := newObject(o.path+"attrs.", member)
	if len(inner.members) > maxAttrs {
		o.fail("attrs", "has %d entries, the limit is %d", len(inner.members), maxAttrs)
		return nil
	}
	attrs := make(map[string]string, len(inner.members))
	for _, name := range inner.names() {
		if name == "" {
			o.fail("attrs", "has an entry without a name")
		}
		o.bounded("attrs", name, maxAttrName)
		if inner.members[name].Type == gjson.Null {
			inner.take(name)
			continue
		}
		attrs[name] = inner.text(name, maxAttrValue)
	}
	if o.err == nil {
		o.err = inner.err
	}
	o.sized("attrs", attrs, maxAttrsBytes)
	return attrs
}

// appList reads the applications signed up to.
func (o *object) appList() []string {
	list := o.texts("app_list", maxAppList, maxAppName)
	o.sized("app_list", list, maxAppBytes)
	return list
}

// sized bounds a member by its bytes as JSON, the form that is stored and sent.
func (o *object) sized(name string, value any, limit int) {
	if size := len(encode(value)); size > limit {
		o.fail(name, "has %d bytes, the limit is %d", size, limit)
	}
}
