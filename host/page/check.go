package page

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"

	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// checkTemplates renders every page in every state, so that a mistake in a template
// shows at start and not to a user: in every language, for every application, with
// errors and without, where mails are kept and where they are sent, with the module
// and without, and with settings that a reload can bring.
func (h *handler) checkTemplates() error {
	config := h.engine.Config()
	english := h.catalogues.all[0]
	for _, on := range []bool{false, true} {
		for _, settings := range []*ssoconf.Config{config, withFlags(config, true), withFlags(config, false)} {
			for _, text := range h.catalogues.all {
				if err := h.checkState(settings, on, text, config.Apps.Default); err != nil {
					return err
				}
			}
		}
		for _, app := range slices.Concat(config.Apps.All, []string{""}) {
			if err := h.checkState(config, on, english, app); err != nil {
				return err
			}
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

// checkState renders every page, with errors and without. With on, the server keeps
// its mails, and the browser asks for less data.
func (h *handler) checkState(config *ssoconf.Config, on bool, text *catalogue, app string) error {
	shown := &handler{
		engine: idle{config}, assets: h.assets, catalogues: h.catalogues, templates: h.templates, brands: h.brands,
		keepsMails: func() bool { return on },
	}
	r := &http.Request{Method: http.MethodGet, URL: &url.URL{Path: "/signup"}, Header: http.Header{}}
	if on {
		r.Header.Set(saveData, "on")
	}
	for _, name := range pageNames {
		for _, wrong := range [][]mistake{nil, {{"", "x"}, {"email", "x"}, {"username", "x"}, {"password", "x"}, {"token", "x"}}} {
			v := &visit{h: shown, r: r, text: text, app: app, query: url.Values{}, nonce: "x"}
			content := &view{visit: v, Page: name, Key: "x", Username: "x", Email: "x", Errors: wrong, Heading: "x", Message: "x"}
			if err := h.templates.render(io.Discard, name, content); err != nil {
				return fmt.Errorf("the templates of pages: %w", err)
			}
		}
	}
	return nil
}
