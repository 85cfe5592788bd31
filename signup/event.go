package signup

import (
	"encoding/json"
	"strings"

	"github.com/enrol-sso/enrol/kv"
)

// messageDestination is the destination of events that become messages to
// people. The others are the names of callback services, which hold no space.
const messageDestination = "message service"

// smtpService is what messages are handed to where only main.smtp_conn is set.
const smtpService = "enrol.smtp"

// Kinds of messages.
const (
	messageConfirm       = "confirm"        // here is your token
	messageUsernameTaken = "username_taken" // choose another name
	messageEmailTaken    = "email_taken"    // somebody tried to sign up with your address
	messageWelcome       = "welcome"        // your account is ready
	messageRejected      = "rejected"       // there will be no account
)

// eventRecord is an event that has to be delivered. Its place in the schedule
// is the key outbox/<bucket>/<due>/<id>. What is to be sent is sealed.
type eventRecord struct {
	V           int    `json:"v"`
	ID          string `json:"id"`
	User        string `json:"user"`
	Destination string `json:"destination"`
	After       string `json:"after,omitempty"` // the event that has to be delivered first
	Created     int64  `json:"created"`
	Due         int64  `json:"due"`
	Tries       int    `json:"tries"`
	Lease       string `json:"lease,omitempty"`  // of who is delivering it
	Reason      string `json:"reason,omitempty"` // why the last try failed
	Sealed      string `json:"sealed"`
}

// scheduleRecord is what the place of an event in the schedule holds.
type scheduleRecord struct {
	V     int    `json:"v"`
	After string `json:"after,omitempty"`
}

// outgoing is an event before it is known whether its claim is void. Each text
// is a JSON object, all of one length.
type outgoing struct {
	id          string
	destination string
	after       string
	granted     string // what is sent if the claim is made
	nameTaken   string
	emailTaken  string
	text        string // the one chosen
}

// during chooses what an event says.
func (o outgoing) during(f *found) outgoing {
	switch {
	case f.addressed:
		o.text = o.emailTaken
	case f.taken:
		o.text = o.nameTaken
	default:
		o.text = o.granted
	}
	return o
}

// messageText is what the event of a message holds, sealed.
type messageText struct {
	Kind     string `json:"kind"`
	To       string `json:"to"`
	Username string `json:"username"`
	Token    string `json:"token,omitempty"`
	Reason   string `json:"reason,omitempty"` // of a rejection
	Void     bool   `json:"void,omitempty"`   // nobody is to receive it
}

// callbackText is what the event of a callback holds, sealed. A void claim's
// is like any other but for Deliver.
type callbackText struct {
	Deliver bool         `json:"deliver"`
	Data    callbackData `json:"data"`
}

// callbackData is what a callback service is told of a new account.
type callbackData struct {
	SignUpConfirmToken string            `json:"sign_up_confirm_token"`
	UserID             string            `json:"user_id"`
	Username           string            `json:"username"`
	Email              string            `json:"email"`
	CurrentApp         string            `json:"current_app"`
	AppList            []string          `json:"app_list"`
	DisplayName        string            `json:"display_name"`
	FirstName          string            `json:"first_name"`
	MiddleName         string            `json:"middle_name"`
	LastName           string            `json:"last_name"`
	Attrs              map[string]string `json:"attrs"`
	SignUpStatus       string            `json:"sign_up_status"`
	SignUpTime         string            `json:"sign_up_time"`
	ApprovalStatus     string            `json:"approval_status"`
	IsApprovalNeeded   bool              `json:"is_approval_needed"`
}

// signupEvents are what a signup sends: a message if there is an address and
// messages are on, and a call to each callback service.
func (r *run) signupEvents(d *draft) []outgoing {
	var events []outgoing
	if d.email != "" && r.config.Signup.Confirm.Enabled && r.config.messageService() != "" {
		texts := padded(
			messageText{Kind: messageConfirm, To: d.email, Username: d.username, Token: d.token},
			messageText{Kind: messageUsernameTaken, To: d.email, Username: d.username},
			messageText{Kind: messageEmailTaken, To: d.email, Username: d.username},
		)
		events = append(events, outgoing{
			id:          r.nextID("event"),
			destination: messageDestination,
			granted:     texts[0],
			nameTaken:   texts[1],
			emailTaken:  texts[2],
		})
	}
	data := r.callbackData(d)
	texts := padded(callbackText{Deliver: true, Data: data}, callbackText{Data: data})
	for _, service := range r.config.Signup.CallbackServiceList {
		events = append(events, outgoing{
			id:          r.nextID("event"),
			destination: service,
			granted:     texts[0],
			nameTaken:   texts[1],
			emailTaken:  texts[1],
		})
	}
	return events
}

func (r *run) callbackData(d *draft) callbackData {
	ctx := d.request.Ctx
	return callbackData{
		SignUpConfirmToken: d.token,
		UserID:             d.id,
		Username:           d.username,
		Email:              d.email,
		CurrentApp:         d.signupApp,
		AppList:            ctx.AppList,
		DisplayName:        d.displayName(),
		FirstName:          ctx.FirstName,
		MiddleName:         ctx.MiddleName,
		LastName:           ctx.LastName,
		Attrs:              orEmpty(ctx.Attrs),
		SignUpStatus:       beforeConfirmation,
		SignUpTime:         formatTime(r.now),
		ApprovalStatus:     approvalBefore,
		IsApprovalNeeded:   r.config.Signup.IsApprovalNeeded,
	}
}

// padded encodes texts and lengthens them with spaces, which JSON ignores, to
// one length, so that what is sealed does not tell by its length which of the
// outcomes it is about.
func padded(texts ...any) []string {
	encoded := make([]string, len(texts))
	longest := 0
	for i, text := range texts {
		encoded[i] = string(encode(text))
		longest = max(longest, len(encoded[i]))
	}
	for i, text := range encoded {
		encoded[i] = text + strings.Repeat(" ", longest-len(text))
	}
	return encoded
}

// eventPuts writes an event and its place in the schedule, due at once.
func (r *run) eventPuts(event outgoing, userID string) []kv.Put {
	record := eventRecord{
		V:           recordVersion,
		ID:          event.id,
		User:        userID,
		Destination: event.destination,
		After:       event.after,
		Created:     r.now,
		Due:         r.now,
		Sealed:      r.writer().sealText(r.seed, place{"event", event.id, "text"}, event.text),
	}
	return []kv.Put{put(eventPrefix+event.id, record), r.schedulePut(&record)}
}

func (r *run) scheduleKey(event *eventRecord) string {
	return timed("outbox", r.meta.bucket(event.User), event.Due, event.ID)
}

func (r *run) schedulePut(event *eventRecord) kv.Put {
	return put(r.scheduleKey(event), scheduleRecord{V: recordVersion, After: event.After})
}

// eventText opens what an event holds.
func eventText[T any](r *run, event *eventRecord) (*T, *Error) {
	opened, err := r.keys.open(place{"event", event.ID, "text"}, event.Sealed)
	if err != nil {
		return nil, err
	}
	text := new(T)
	if json.Unmarshal([]byte(opened), text) != nil {
		return nil, internal("event/%s: the record is damaged", event.ID)
	}
	return text, nil
}

// renew seals an event with the key that writes, before the event goes to
// another list: a pass of rekey may have that list behind it.
func (r *run) renew(event *eventRecord) *Error {
	if strings.HasPrefix(event.Sealed, r.writer().id+".") {
		return nil
	}
	where := place{"event", event.ID, "text"}
	text, err := r.keys.open(where, event.Sealed)
	if err == nil {
		event.Sealed = r.writer().sealText(r.seed, where, text)
	}
	return err
}

// messageService is the service that messages are handed to, "" for none.
func (c *Config) messageService() string {
	if c.Main.EmailService == "" && c.Main.SMTPConn != "" {
		return smtpService
	}
	return c.Main.EmailService
}
