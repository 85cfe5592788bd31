package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/host/internal/printout"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

//go:embed builtin.conf
var builtinConf string

// maxConf is above the limit of an sso.conf, so that ssoconf.Parse reports a file
// that is too large.
const maxConf = 2 << 20

// conf is a valid sso.conf.
type conf struct {
	path     string // "" for the built-in one
	text     string // of the file, which notices are about
	given    string // to the engine
	config   *ssoconf.Config
	warnings []ssoconf.Notice

	pages string // the URL of the public pages of this process, where enrol.public_url is empty
	keeps bool   // mails are kept in a mailbox: smtp_conn is not that of the file

	demands bool // confirming requires the password, and the file does not say so
}

func (k *conf) builtin() bool { return k.path == "" }

// readConf reads the file at path, or the built-in one if path is "". It prints
// the errors and warnings of the file. To deliver, mails need their secrets.
func readConf(c *console, path string, deliver bool) (*conf, error) {
	return readConfThat(c, path, deliver, func(*conf) {})
}

// readConfThat does the same after a change of the sso.conf.
func readConfThat(c *console, path string, deliver bool, change func(*conf)) (*conf, error) {
	if path == "" {
		k, err := parseConf("", builtinConf)
		if err == nil {
			change(k)
		}
		return k, err
	}
	k, err := loadConf(path)
	if err == nil {
		change(k)
	}
	if bad, ok := errors.AsType[*ssoconf.Error](err); ok {
		printNotices(c.stderr, path, "", bad.Notices)
		return nil, mistake("%s cannot be used: see %s above", path, count(len(bad.Notices), "error"))
	}
	if err != nil {
		return nil, err
	}
	printNotices(c.stderr, path, "warning: ", k.warnings)
	if missing := k.missingServices(c, deliver); len(missing) > 0 {
		printNotices(c.stderr, path, "", missing)
		return nil, mistake("%s cannot be used: see %s above", path, count(len(missing), "error"))
	}
	return k, nil
}

// loadConf reads the file at path.
func loadConf(path string) (*conf, error) {
	if err := checkConfPath(path); err != nil {
		return nil, err
	}
	text, err := readLimited(path, maxConf)
	if err != nil {
		return nil, mistake("the configuration cannot be read: %w", err)
	}
	return parseConf(path, text)
}

// checkConfPath refuses a path that names no file: an empty one, as from a shell
// variable that is not set, and "-". Standard input has no folder, which the
// files that an sso.conf names are relative to.
func checkConfPath(path string) error {
	switch path {
	case "":
		return mistake("the name of the configuration file is empty")
	case "-":
		return mistake("an sso.conf is a file, not standard input or output: name a file (./- for a file named -)")
	}
	return nil
}

func parseConf(path, text string) (*conf, error) {
	k := &conf{path: path, text: text, given: text}
	var err error
	k.config, k.warnings, err = ssoconf.Parse(text)
	return k, err
}

// services returns the URLs and names of the services that an engine calls.
func (k *conf) services() []string {
	keys, err := signup.ParseKeys(host.NewSecretKey())
	if err != nil {
		panic("a new key cannot be read")
	}
	return signup.New(k.config, keys).Services()
}

// uncalled returns functions for the services that are not URLs, for commands that
// call no service: an engine starts only if each has one.
func (k *conf) uncalled() map[string]host.Service {
	functions := map[string]host.Service{}
	for _, name := range k.services() {
		if !ssoconf.IsServiceURL(name) {
			functions[name] = func(context.Context, signup.ServiceCall) (string, error) {
				return "", errors.New("this command calls no service")
			}
		}
	}
	return functions
}

// missingServices returns notices of services that are not URLs, of what is wrong
// with the one that this command has a function for: sending mails, and of what is
// wrong with the public pages. Services that are not URLs, and the secrets of mails,
// matter only to deliver.
func (k *conf) missingServices(c *console, deliver bool) []ssoconf.Notice {
	settings, err := ssoconf.ParseSettings(k.text)
	if err != nil {
		panic("a configuration in use cannot be read")
	}
	var missing []ssoconf.Notice
	for _, name := range k.services() {
		if name == ssoconf.SMTPService && (k.config.MailServer() != "" || k.keeps) {
			wrong := k.wrongMail()
			if deliver && !k.keeps && len(wrong) == 0 {
				_, wrong = k.mailService(c, nil)
			}
			for _, w := range wrong {
				missing = append(missing, w.notice(settings))
			}
		} else if deliver && !ssoconf.IsServiceURL(name) {
			s := namedBy(settings, name)
			or := ""
			if s.Path() == "main.smtp_conn" {
				name, or = k.config.Main.SMTPConn, "write the URL of a mail server there, such as smtp://enrol@mail.example.com, or "
			}
			missing = append(missing, ssoconf.Notice{Line: s.Line, Column: s.Column, Message: fmt.Sprintf(
				"%s: the service %q is not a URL, and this command has no function of that name: "+
					or+"add its URL to the section [enrol_services], with a line such as %s=https://example.com/enrol", s.Path(), name, name)})
		}
	}
	for _, w := range k.wrongPages() {
		missing = append(missing, w.notice(settings))
	}
	return missing
}

// namedBy returns the first setting that names a service. A service that no
// other setting names is that of main.smtp_conn, whose name differs from the
// setting's value.
func namedBy(settings []ssoconf.Setting, service string) (by ssoconf.Setting) {
	for _, s := range settings {
		switch s.Path() {
		case "main.smtp_conn":
			by = s
		case "main.email_service":
			if s.Value == service {
				return s
			}
		case "user_validation.service", "signup.callback_service_list":
			if slices.Contains(s.Value.([]string), service) {
				return s
			}
		}
	}
	return by
}

// readLimited reads a file, up to a limit.
func readLimited(path string, limit int64) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, limit))
	return string(text), err
}

// printNotices writes notices, one per line, with their places.
func printNotices(out io.Writer, path, kind string, notices []ssoconf.Notice) {
	printout.Notices(out, path, kind, notices)
}

// count returns a number with its noun.
func count(n int, noun string) string { return printout.Count(n, noun) }
