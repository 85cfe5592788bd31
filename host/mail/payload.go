package mail

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/signup"
)

// payload is the body of a call, see host.MessagePayload.
type payload struct {
	Type      string       `json:"type"`
	Timestamp time.Time    `json:"timestamp"` // when the event was made: the same on every try
	Data      host.Message `json:"data"`
}

// readPayload reads the body of a call. The error does not quote it.
func readPayload(call signup.ServiceCall) (*payload, error) {
	p := new(payload)
	err := json.Unmarshal([]byte(call.Body), p)
	switch {
	case p.Type != "" && p.Type != "user.message":
		return nil, host.ServiceRefused("the service of messages was called with another payload: the configuration names the wrong service")
	case err != nil || p.Type == "" || p.Timestamp.IsZero():
		return nil, host.ServiceRefused("the body of the call cannot be read")
	}
	return p, nil
}

// maxID bounds the id of an event, in bytes.
const maxID = 128

// isEventID reports whether text can be the id of an event: letters, digits, hyphens
// and underscores.
func isEventID(text string) bool {
	return text != "" && len(text) <= maxID && !strings.ContainsFunc(text, func(r rune) bool { return !isAlphanumeric(r) && r != '-' && r != '_' })
}

// head returns a mail that has its addresses only.
func (p *payload) head(id string) (*Mail, error) {
	if !isEventID(id) {
		return nil, host.ServiceRefused("the id of the event cannot be a Message-ID")
	}
	m := &Mail{CC: []Address{}, BCC: []Address{}}
	var err error
	if m.To, err = checkAddress(p.Data.To); err != nil {
		return nil, host.ServiceFinal("the address of the user is not one that a mail can be sent to")
	}
	setting := "signup.email_" + settingsOf(p.Data.Kind)
	if m.From, err = ParseAddress(p.Data.From); err != nil {
		return nil, host.ServiceRefused(setting + "_from " + err.Error())
	}
	for i, copied := range [][]string{p.Data.CC, p.Data.BCC} {
		for _, text := range copied {
			address, err := ParseAddress(text)
			if err != nil {
				return nil, host.ServiceRefused(fmt.Sprintf("an entry of %s_%s %v", setting, []string{"cc", "bcc"}[i], err))
			}
			if i == 0 {
				m.CC = append(m.CC, address)
			} else {
				m.BCC = append(m.BCC, address)
			}
		}
	}
	return m, nil
}

// settingsOf returns which of the two groups of settings the core takes for a kind.
func settingsOf(kind string) string {
	switch kind {
	case host.MessageConfirm, host.MessageConfirmResent, host.MessageUsernameTaken, host.MessageEmailTaken:
		return host.MessageConfirm
	}
	return host.MessageWelcome
}
