package signup

// delivery is what an event's service is sent.
type delivery struct {
	ServiceCall
	to   string // the address of a message, for comparison
	void bool   // nothing is to be sent: the callback of a void claim, or a message that is none
}

// delivery makes what an event's service is sent.
func (d *dispatcher) delivery(event *held, now int64) (*delivery, *Error) {
	if event.Destination == messageDestination {
		text, err := eventText[messageText](d.run, event.eventRecord)
		if err != nil || text.Void {
			return &delivery{void: true}, err
		}
		body := d.envelope(typeMessage, event.Created, d.message(text))
		to, _, _ := canonicalAddress(text.To)
		return &delivery{ServiceCall: d.signedCall(d.config.messageService(), event.ID, now, body), to: to}, nil
	}
	text, err := eventText[callbackText](d.run, event.eventRecord)
	if err != nil || !text.Deliver {
		return &delivery{void: true}, err
	}
	body := d.envelope(typeSignup, event.Created, text.Data)
	return &delivery{ServiceCall: d.signedCall(event.Destination, event.ID, now, body)}, nil
}

// messageData is what the message service is given: who is to be told what.
type messageData struct {
	Kind     string   `json:"kind"`
	To       string   `json:"to"` // exactly as typed
	Username string   `json:"username"`
	Token    string   `json:"token"`  // of kind "confirm" only
	Reason   string   `json:"reason"` // of kind "rejected" only
	From     string   `json:"from"`
	Cc       []string `json:"cc"`
	Bcc      []string `json:"bcc"`
	Template string   `json:"template"` // "" for kinds that the configuration has no template for
	SiteName string   `json:"site_name"`
}

// message completes a message with what the configuration says now.
func (d *dispatcher) message(text *messageText) messageData {
	mail := d.config.Signup.Confirm
	if text.Kind == messageWelcome || text.Kind == messageRejected {
		mail = d.config.Signup.Welcome
	}
	data := messageData{
		Kind:     text.Kind,
		To:       text.To,
		Username: text.Username,
		Token:    text.Token,
		Reason:   text.Reason,
		From:     mail.From,
		Cc:       append([]string{}, mail.Cc...),
		Bcc:      append([]string{}, mail.Bcc...),
		SiteName: d.config.Main.SiteName,
	}
	if text.Kind == messageConfirm || text.Kind == messageWelcome {
		data.Template = mail.Template
	}
	return data
}
