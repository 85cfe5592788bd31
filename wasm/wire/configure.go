package wire

import (
	"errors"

	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/ssoconf"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// Configuration is the input of configure.
type Configuration struct {
	Conf      string // the text of an sso.conf
	SecretKey string // for signup.ParseKeys
}

// JSON returns the configuration for configure. It contains the secret key in
// plain text.
func (c Configuration) JSON() []byte { return encode(&c) }

func (c *Configuration) members(m *strictjson.Members) {
	m.String("conf", &c.Conf)
	m.String("secret_key", &c.SecretKey)
}

// Configured is the answer of configure.
type Configured struct {
	Status   string // signup.StatusOK or signup.StatusError
	Notices  []Notice
	Services []string // every service that the engine may call
	Unicode  string   // the version of the engine's Unicode tables
	Public   Public
}

// Public is what a host needs of the configuration to serve a public surface.
type Public struct {
	App     string   // apps.default
	Apps    []string // apps.all
	URL     string   // enrol.public_url; may be empty
	Origins []string // enrol.public_origins

	// RateSignup, RateConfirm and RateResend are those of [enrol].
	RateSignup, RateConfirm, RateResend int

	// Refused are the sentences of ssoconf.Config.CheckPublic.
	Refused []string
}

func publicOf(c *ssoconf.Config) Public {
	return Public{
		App: c.Apps.Default, Apps: c.Apps.All, URL: c.Enrol.PublicURL, Origins: c.Enrol.PublicOrigins,
		RateSignup: c.Enrol.RateSignup, RateConfirm: c.Enrol.RateConfirm, RateResend: c.Enrol.RateResend,
		Refused: c.CheckPublic(),
	}
}

func (p *Public) members(m *strictjson.Members) {
	m.String("app", &p.App)
	m.Optional().Strings("apps", &p.Apps)
	m.Optional().String("url", &p.URL)
	m.Optional().Strings("origins", &p.Origins)
	m.Optional().Int("rate_signup", &p.RateSignup)
	m.Optional().Int("rate_confirm", &p.RateConfirm)
	m.Optional().Int("rate_resend", &p.RateResend)
	m.Optional().Strings("refused", &p.Refused)
}

// UnmarshalJSON implements json.Unmarshaler.
func (c *Configured) UnmarshalJSON(data []byte) error { return strictjson.ReadOwn(data, c.members) }

func (c *Configured) members(m *strictjson.Members) {
	m.String("status", &c.Status)
	strictjson.List(m, "notices", &c.Notices, func(n *Notice, m *strictjson.Members) {
		m.Int("line", &n.Line)
		m.Int("column", &n.Column)
		m.String("message", &n.Message)
	})
	if m.Reading() || c.Services != nil {
		m.Strings("services", &c.Services)
	}
	m.Optional().String("unicode", &c.Unicode)
	if m.Reading() || c.Status == signup.StatusOK {
		m.Object("public", c.Public.members)
	}
}

// Notice is an error or a warning about the configuration. Line 0 means no
// particular line.
type Notice struct {
	Line    int
	Column  int
	Message string
}

// Configure creates an engine from a Configuration in JSON, and returns it with
// the answer of configure. On failure the engine is nil.
func Configure(request []byte) (*signup.Engine, []byte) {
	engine, config, notices, err := configure(request)
	answer := Configured{Status: signup.StatusOK, Notices: []Notice{}}
	var refused *ssoconf.Error
	switch {
	case errors.As(err, &refused):
		answer.Status = signup.StatusError
		notices = refused.Notices
	case err != nil:
		answer.Status = signup.StatusError
		notices = []ssoconf.Notice{{Message: err.Error()}}
	default:
		answer.Services = append([]string{}, engine.Services()...)
		answer.Unicode = signup.UnicodeVersion()
		answer.Public = publicOf(config)
	}
	for _, notice := range notices {
		answer.Notices = append(answer.Notices, Notice(notice))
	}
	return engine, encode(&answer)
}

func configure(request []byte) (*signup.Engine, *ssoconf.Config, []ssoconf.Notice, error) {
	var c Configuration
	if read(request, &c) != nil {
		return nil, nil, nil, errors.New(`configure takes {"conf":"…","secret_key":"…"}, in UTF-8`)
	}
	config, notices, err := ssoconf.Parse(c.Conf)
	if err != nil {
		return nil, nil, nil, err
	}
	keys, err := signup.ParseKeys(signup.Secret(c.SecretKey))
	if err != nil {
		return nil, nil, nil, err
	}
	return signup.New(config, keys), config, notices, nil
}
