package page

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"

	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// state is a state of all pages. With on, the server keeps its mails, and the browser
// asks for less data.
type state struct {
	config *ssoconf.Config
	text   *catalogue
	app    string
	on     bool
}

// checkTemplates renders every page in every state, so that a mistake in a template
// shows at start and not to a user: in every language, for every application, where
// mails are kept and where they are sent, with the module and without, with settings
// that a reload can bring, and each with errors and without. It does not combine
// languages, applications and settings.
func (h *handler) checkTemplates() error {
	config, english := h.engine.Config(), h.catalogues.all[0]
	var states []state
	for _, text := range h.catalogues.all {
		states = append(states, state{config, text, config.Apps.Default, false})
	}
	for _, app := range slices.Concat(config.Apps.All, []string{""}) {
		states = append(states, state{config, english, app, false})
	}
	for _, settings := range []*ssoconf.Config{config, withFlags(config, true), withFlags(config, false)} {
		states = append(states, state{settings, english, config.Apps.Default, true})
	}
	for _, s := range states {
		if err := h.checkState(s); err != nil {
			return fmt.Errorf("the templates of pages: %w", err)
		}
	}
	return nil
}

// withFlags returns a configuration with all settings on or off that the built-in
// templates read.
func withFlags(config *ssoconf.Config, on bool) *ssoconf.Config {
	changed := *config
	changed.Signup.IsEmailRequired = on
	changed.Signup.IsApprovalNeeded = on
	changed.Enrol.ConfirmRequiresPassword = on
	changed.Password.MinLength = 0
	if on {
		changed.Password.MinLength = 8
	}
	return &changed
}

// checkState renders every page, with errors and without.
func (h *handler) checkState(s state) error {
	shown := &handler{
		engine: idle{s.config}, assets: h.assets, catalogues: h.catalogues, templates: h.templates, brands: h.brands,
		keepsMails: func() bool { return s.on },
	}
	r := &http.Request{Method: http.MethodGet, URL: &url.URL{Path: "/signup"}, Header: http.Header{}}
	if s.on {
		r.Header.Set(saveData, "on")
	}
	for _, name := range pageNames {
		for _, wrong := range [][]mistake{nil, {{"", "x"}, {"email", "x"}, {"username", "x"}, {"password", "x"}, {"token", "x"}}} {
			v := &visit{h: shown, r: r, text: s.text, app: s.app, query: url.Values{}, nonce: "x"}
			content := &view{visit: v, Page: name, Key: "x", Username: "x", Email: "x", Errors: wrong, Heading: "x", Message: "x"}
			if err := h.templates.render(io.Discard, name, content); err != nil {
				return err
			}
		}
	}
	return nil
}
