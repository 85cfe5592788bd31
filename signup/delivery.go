package signup

import (
	"github.com/enrol-sso/enrol/signup/internal/identity"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// delivery is what dispatch sends for an event.
type delivery struct {
	ServiceCall
	text *record.Message // of a message, nil for a callback
	to   string          // the canonical address, if the message is counted
	void bool            // there is nothing to send: the callback of a void claim, or a void message
}

// kindCallback is the kind of events for callback services.
const kindCallback = "callback"

// delivery returns what to send for an event.
func (d *dispatcher) delivery(event *held) (*delivery, *Error) {
	opened, err := d.eventText(event.Event)
	if err != nil {
		return nil, err
	}
	if event.Destination == record.MessageDestination {
		text, ok := record.Read[record.Message](opened)
		if !ok {
			return nil, damagedEvent(event.ID)
		}
		event.kind = text.Kind
		event.secret = confidential{anywhere: []string{text.To, text.Token}, words: []string{text.Username, text.Reason}}
		if text.Void {
			return &delivery{void: true}, nil
		}
		body := d.envelope(typeMessage, event.Created, d.message(text))
		return &delivery{ServiceCall: d.signedCall(d.config.MessageService(), event.ID, d.now, body), text: text}, nil
	}
	event.kind = kindCallback
	if opened == record.Deletion {
		body := d.envelope(typeDeleted, event.Created, &deletedData{event.User})
		return &delivery{ServiceCall: d.signedCall(event.Destination, event.ID, d.now, body)}, nil
	}
	text, ok := record.Read[record.Callback](opened)
	if !ok {
		return nil, damagedEvent(event.ID)
	}
	if !text.Deliver {
		return &delivery{void: true}, nil
	}
	data := &text.Data
	event.secret = confidential{
		anywhere: []string{data.Email, data.SignUpConfirmToken},
		words:    []string{data.Username, data.DisplayName, data.FirstName, data.MiddleName, data.LastName},
	}
	for _, value := range data.Attrs {
		event.secret.words = append(event.secret.words, value)
	}
	body := d.envelope(typeSignup, event.Created, &text.Data)
	return &delivery{ServiceCall: d.signedCall(event.Destination, event.ID, d.now, body)}, nil
}

// deletedData is the data of a call about an erased account.
type deletedData struct{ userID string }

func (d *deletedData) Members(m *strictjson.Members) { m.String("user_id", &d.userID) }

// admission decides whether a message may be sent now. Callbacks always may.
func (d *dispatcher) admission(event *held, what *delivery) (*admission, *Error) {
	text := what.text
	if text == nil {
		return &admission{}, nil
	}
	address, _, _ := identity.Address(text.To)
	own := !text.IsAboutClaim()
	limits := !d.allotment().off() && address != ""
	var keys []string
	if limits {
		keys = d.mailboxKeys(address, d.now)
	}
	mailboxes := len(keys)
	if !own {
		keys = append(keys, record.UserPrefix+event.User)
	}
	if len(keys) == 0 {
		return &admission{}, nil
	}
	values, err := d.get(keys...)
	if err != nil {
		return nil, err
	}
	if !own {
		dropped, err := d.obsolete(event, text, keys[mailboxes], values[mailboxes])
		if err != nil || dropped != nil {
			return dropped, err
		}
	}
	if !limits {
		return &admission{}, nil
	}
	m, err := readMailbox(keys[:mailboxes], values[:mailboxes])
	if err != nil {
		return nil, err
	}
	what.to = address
	if own {
		return d.admitOwn(event, m, d.now), nil
	}
	return d.admitMessage(event, m, text.Client, d.now)
}

// messageData is the data of a call of the message service.
type messageData struct {
	Kind     string
	To       string // exactly as typed
	Username string
	Token    string // of kinds "confirm" and "confirm_resent" only
	Expires  string // of these kinds only: when the token expires, in RFC 3339; else null
	Reason   string // of kind "rejected" only
	From     string
	Cc       []string
	Bcc      []string
	Template string // "" for kinds without a template in the configuration
	SiteName string

	Locale     string // the language tag of the signup; absent if it has none
	CurrentApp string // the application of the signup
}

func (d *messageData) Members(m *strictjson.Members) {
	m.String("kind", &d.Kind)
	m.String("to", &d.To)
	m.String("username", &d.Username)
	m.String("token", &d.Token)
	m.NullString("expires", &d.Expires)
	m.String("reason", &d.Reason)
	m.String("from", &d.From)
	m.Strings("cc", &d.Cc)
	m.Strings("bcc", &d.Bcc)
	m.String("template", &d.Template)
	m.String("site_name", &d.SiteName)
	m.String("current_app", &d.CurrentApp)
	m.Optional().String("locale", &d.Locale)
}

// message completes a message from the current configuration.
func (d *dispatcher) message(text *record.Message) *messageData {
	mail := d.config.Signup.Welcome
	if text.IsAboutClaim() {
		mail = d.config.Signup.Confirm
	}
	data := &messageData{
		Kind:     text.Kind,
		To:       text.To,
		Username: text.Username,
		Token:    text.Token,
		Reason:   text.Reason,
		From:     mail.From,
		Cc:       append([]string{}, mail.Cc...),
		Bcc:      append([]string{}, mail.Bcc...),
		SiteName: d.config.Main.SiteName,

		Locale:     text.Locale,
		CurrentApp: text.CurrentApp,
	}
	if text.Token != "" && text.Expires != 0 {
		data.Expires = formatTime(text.Expires)
	}
	switch text.Kind {
	case record.MessageConfirm, record.MessageConfirmResent, record.MessageWelcome, record.MessageApproved:
		data.Template = mail.Template
	}
	return data
}
