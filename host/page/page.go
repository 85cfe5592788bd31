// Package page serves the public pages of Enrol: people sign up, confirm and ask
// for another message in a browser, in their language, with or without
// JavaScript. New makes the handler.
//
//	GET, POST  /signup        the form
//	GET        /signup/sent   what to do next; the same after every sign-up
//	GET, POST  /confirm       the code, which a link has after its #
//	GET        /confirmed     it worked
//	GET, POST  /resend        another message
//	GET        /rules         the rules that the form's script uses
//	GET        /openapi.json  a description of all of this, in OpenAPI 3.1
//	GET        /healthz       200, or 503 when only a restart helps
//	GET        /assets/…      styles, script, module: immutable, named by their hash
//
// A GET or HEAD changes nothing. No answer, header, URL or log entry has a token,
// or tells whether an account exists. All links are relative, so that the handler
// works below any prefix (http.StripPrefix). It sets no cookie.
package page

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/enrol-sso/enrol/host/internal/website"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// Engine runs operations and returns its configuration; *host.Enrol is one.
type Engine interface {
	Run(ctx context.Context, operation string, request []byte) (signup.Response, []byte)
	Config() *ssoconf.Config
}

// Options configure the pages. The zero value works.
type Options struct {
	// Brands are how the pages of applications look, by the name of the
	// application. The brand under "" is the default.
	Brands map[string]Brand

	// Templates replace built-in templates, see host/docs/pages.md. If nil, none is
	// replaced. Files are read once, by New.
	Templates fs.FS

	// Origins may call the JSON API from a browser, such as
	// https://app.example.com, in addition to those of enrol.public_origins.
	Origins []string

	// KeepsMails reports whether the server keeps its mails, for trying things out:
	// /signup/sent then says where the operator finds them. If nil, it does not.
	KeepsMails func() bool

	// Healthy returns an error if the process must be started again: /healthz then
	// answers 503. If nil, none is needed. It must be quick and ask no store.
	Healthy func(context.Context) error

	// Limits are on by default.
	Limits Limits

	// Replaces is an earlier handler that New returned, as before a reload: its
	// counts for Limits continue. If nil, all counts start at 0.
	Replaces http.Handler

	// TrustedProxies are the peers whose X-Forwarded-For is trusted.
	TrustedProxies []netip.Prefix

	// Logger receives faults; slog.Default if nil.
	Logger *slog.Logger
}

// New returns the handler of the pages. The error names everything that is wrong
// with the options, and what CheckSettings refuses. While the engine has a
// configuration that CheckSettings refuses, as after a reload, every page has the
// status 503.
//
// Set enrol.confirm_requires_password to True in the engine's configuration, as
// enrol serve --public does where the sso.conf does not set it: otherwise one click in
// a mail that nobody requested can activate an account whose password a stranger
// chose. New cannot change the configuration; it logs a warning.
func New(engine Engine, options Options) (http.Handler, error) {
	if engine == nil {
		panic("page: New needs an engine")
	}
	h, err := newHandler(engine, options)
	if err := errors.Join(CheckSettings(engine.Config()), err); err != nil {
		return nil, err
	}
	if !engine.Config().Enrol.ConfirmRequiresPassword {
		h.logger.Warn("one click in an unrequested mail can activate a stranger's password: set enrol.confirm_requires_password to True")
	}
	return h, nil
}

// Check returns an error that names everything that is wrong with the options, for
// an engine with this configuration.
func Check(config *ssoconf.Config, options Options) error {
	_, err := newHandler(idle{config}, options)
	return err
}

// idle is an engine that only has a configuration.
type idle struct{ config *ssoconf.Config }

func (i idle) Config() *ssoconf.Config { return i.config }

func (idle) Run(context.Context, string, []byte) (signup.Response, []byte) {
	panic("page: a check runs no operation")
}

func newHandler(engine Engine, options Options) (*handler, error) {
	h := &handler{
		engine: engine, proxies: options.TrustedProxies, logger: options.Logger,
		limits: options.Limits, counts: website.NewCounts(time.Now), keepsMails: options.KeepsMails,
		healthy: options.Healthy, forms: http.NewCrossOriginProtection(), origins: options.Origins,
	}
	if before, ok := options.Replaces.(*handler); ok {
		h.counts = before.counts
	}
	if h.logger == nil {
		h.logger = slog.Default()
	}
	var err error
	if h.assets, err = newAssets(); err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	if h.catalogues, err = builtInCatalogues(); err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	var wrong []error
	h.brands, err = newBrands(options.Brands, h.assets)
	wrong = append(wrong, err)
	shared, err := h.share(engine.Config())
	h.sharing.Store(shared)
	wrong = append(wrong, err)
	overrides, err := readOverrides(options.Templates)
	wrong = append(wrong, err)
	if h.templates, err = newTemplates(overrides); err == nil && len(overrides) > 0 {
		err = h.checkTemplates() // a test checks the built-in ones
	}
	return h, errors.Join(append(wrong, err)...)
}

// CheckSettings returns an error that names the settings with which the pages would
// tell whether an account exists, or take a token from another application.
func CheckSettings(config *ssoconf.Config) error {
	var wrong []error
	for _, sentence := range config.CheckPublic() {
		wrong = append(wrong, errors.New("public pages: "+sentence))
	}
	return errors.Join(wrong...)
}
