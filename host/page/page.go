// Package page serves the public pages of Enrol: people sign up, confirm and ask
// for another message in a browser, in their language, with or without
// JavaScript. New makes the handler.
//
//	GET, POST  /signup        the form
//	GET        /signup/sent   what to do next; the same after every sign-up
//	GET, POST  /confirm       the code, which a link has after its #
//	GET        /confirmed     it worked
//	GET, POST  /resend        another message
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
	"log/slog"
	"net/http"
	"net/netip"

	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// Engine runs operations and returns its configuration; *host.Enrol is one.
type Engine interface {
	Run(ctx context.Context, operation string, request []byte) (signup.Response, []byte)
	Config() *ssoconf.Config
}

// Options configure the pages. The zero value is good for a start.
type Options struct {
	// TrustedProxies are the peers whose X-Forwarded-For is trusted.
	TrustedProxies []netip.Prefix

	// Logger receives faults; slog.Default if nil.
	Logger *slog.Logger
}

// New returns the handler of the pages. The error names everything that is wrong
// with the options, and settings of the engine under which an answer would tell
// whether an account exists.
func New(engine Engine, options Options) (http.Handler, error) {
	if engine == nil {
		panic("page: New needs an engine")
	}
	h := &handler{engine: engine, proxies: options.TrustedProxies, logger: options.Logger}
	if h.logger == nil {
		h.logger = slog.Default()
	}
	var err error
	wrong := []error{checkConfig(engine.Config())}
	if h.assets, err = newAssets(); err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	if h.catalogues, err = builtInCatalogues(); err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	if h.templates, err = newTemplates(); err != nil {
		wrong = append(wrong, err)
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	return h, nil
}

// checkConfig refuses settings that the public surface must not have.
func checkConfig(config *ssoconf.Config) error {
	var wrong []error
	refuse := func(is bool, format string, args ...any) {
		if is {
			wrong = append(wrong, fmt.Errorf("public pages: "+format, args...))
		}
	}
	const telling = "%s is %s, which would tell anybody who has an account: set it to %s"
	refuse(config.Signup.InformIfUserExists, telling, "signup.inform_if_user_exists", "True", "False")
	refuse(config.Signup.InformIfEmailExists, telling, "signup.inform_if_email_exists", "True", "False")
	refuse(!config.Signup.AlwaysReturnConfirmToken, telling, "signup.always_return_confirm_token", "False", "True")
	refuse(len(config.Apps.SignupAllowed) > 1 && !config.Enrol.BindApps,
		"there are several applications in apps.signup_allowed, so that enrol.bind_apps must be True: a token must confirm only in the application that it belongs to")
	return errors.Join(wrong...)
}
