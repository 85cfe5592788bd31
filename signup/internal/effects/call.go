package effects

// ServiceCall is a call of a service. Headers and body must be sent unchanged,
// because the signature covers them.
type ServiceCall struct {
	Service string
	Headers WebhookHeaders
	Body    string // a JSON object
}

// WebhookHeaders are the headers of Standard Webhooks 1.0. ID stays the same
// for repeated deliveries of an event.
type WebhookHeaders struct {
	ID        string
	Timestamp string // seconds since 1970
	Signature string
}
