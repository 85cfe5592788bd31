package wire

import (
	"encoding/json"
	"errors"
	"unicode/utf8"

	"github.com/enrol-sso/enrol/signup"
)

// Configuration is what configure is given.
type Configuration struct {
	Conf      string `json:"conf"`       // the text of an sso.conf
	SecretKey string `json:"secret_key"` // as signup.ParseKeys reads it
}

// JSON returns the configuration as configure takes it. It holds the secret
// key in clear.
func (c Configuration) JSON() []byte { return encode(c) }

// Configured is what configure answers.
type Configured struct {
	Status   string   `json:"status"` // signup.StatusOK or signup.StatusError
	Notices  []Notice `json:"notices"`
	Services []string `json:"services,omitzero"` // every name that callback may be asked for
	Unicode  string   `json:"unicode,omitempty"` // version of the engine's tables
}

// Notice is one thing about the configuration that a human has to know. Line 0
// is no line in particular.
type Notice struct {
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Message string `json:"message"`
}

// Configure makes an engine of a Configuration in JSON, and the answer that
// says how it went; the engine is nil if it went wrong.
func Configure(request []byte) (*signup.Engine, []byte) {
	engine, notices, err := configure(request)
	answer := Configured{Status: signup.StatusOK, Notices: []Notice{}}
	var refused *signup.ConfigError
	switch {
	case errors.As(err, &refused):
		answer.Status = signup.StatusError
		notices = refused.Notices
	case err != nil:
		answer.Status = signup.StatusError
		notices = []signup.Notice{{Message: err.Error()}}
	default:
		answer.Services = append([]string{}, engine.Services()...)
		answer.Unicode = signup.UnicodeVersion()
	}
	for _, notice := range notices {
		answer.Notices = append(answer.Notices, Notice(notice))
	}
	return engine, encode(answer)
}

func configure(request []byte) (*signup.Engine, []signup.Notice, error) {
	var c Configuration
	if !utf8.Valid(request) || json.Unmarshal(request, &c) != nil {
		return nil, nil, errors.New(`configure takes {"conf":"…","secret_key":"…"}, in UTF-8`)
	}
	config, notices, err := signup.ParseConfig(c.Conf)
	if err != nil {
		return nil, nil, err
	}
	keys, err := signup.ParseKeys(signup.Secret(c.SecretKey))
	if err != nil {
		return nil, nil, err
	}
	return signup.New(config, keys), notices, nil
}
