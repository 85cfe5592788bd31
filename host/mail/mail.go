package mail

// Mail is a mail that is ready to be sent. No member holds a control character,
// except the line breaks of Text and HTML.
type Mail struct {
	From     Address           `json:"from"`
	To       string            `json:"to"` // the domain in ASCII, the local part exactly as typed
	CC       []Address         `json:"cc"`
	BCC      []Address         `json:"bcc"`
	Subject  string            `json:"subject"`
	Text     string            `json:"text"`
	HTML     string            `json:"html"`
	Language string            `json:"language"` // one of Languages
	Headers  map[string]string `json:"headers"`  // Message-ID, Date, Auto-Submitted, Content-Language
}
