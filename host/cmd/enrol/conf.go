package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/signup"
)

//go:embed builtin.conf
var builtinConf string

// maxConf is more than an sso.conf may have, which is for ParseConfig to say.
const maxConf = 2 << 20

// conf is an sso.conf that can be used.
type conf struct {
	path     string // "" for the built-in one
	text     string
	config   *signup.Config
	warnings []signup.Notice
}

func (k *conf) builtin() bool { return k.path == "" }

// readConf reads the file at path, or takes the built-in one if path is "". It
// tells of everything that is wrong or doubtful in the file.
func readConf(c *console, path string) (*conf, error) {
	if path == "" {
		fmt.Fprintln(c.stderr, "enrol: no --conf is given: the built-in configuration is used, with the application CRM open to all, without approval and mail")
	}
	k, err := loadConf(path)
	if bad, ok := errors.AsType[*signup.ConfigError](err); ok {
		printNotices(c.stderr, path, "", bad.Notices)
		return nil, mistake("%s cannot be used: see %s above", path, count(len(bad.Notices), "error"))
	}
	if err != nil {
		return nil, err
	}
	printNotices(c.stderr, path, "warning: ", k.warnings)
	if missing := k.missingServices(); len(missing) > 0 {
		printNotices(c.stderr, path, "", missing)
		return nil, mistake("%s cannot be used: see %s above", path, count(len(missing), "error"))
	}
	return k, nil
}

func loadConf(path string) (*conf, error) {
	k := &conf{path: path, text: builtinConf}
	if path != "" {
		text, err := readLimited(path, maxConf)
		if err != nil {
			return nil, mistake("the configuration cannot be read: %w", err)
		}
		k.text = text
	}
	var err error
	k.config, k.warnings, err = signup.ParseConfig(k.text)
	return k, err
}

// missingServices are notices of services that are no URLs: this command has no
// functions of its own to offer.
func (k *conf) missingServices() []signup.Notice {
	keys, err := signup.ParseKeys(host.NewSecretKey())
	if err != nil {
		panic("a new key cannot be read")
	}
	settings, err := signup.ParseSettings(k.text)
	if err != nil {
		panic("a configuration in use cannot be read")
	}
	var missing []signup.Notice
	for _, name := range signup.New(k.config, keys).Services() {
		if !strings.Contains(name, "://") {
			s := namedBy(settings, name)
			missing = append(missing, signup.Notice{Line: s.Line, Column: s.Column, Message: fmt.Sprintf(
				"%s: the service %q is no URL: a Go program can provide it, this command cannot: use the URL of an endpoint", s.Path(), name)})
		}
	}
	return missing
}

// namedBy returns the first setting that names a service. What no other names
// is the service of main.smtp_conn, which has a name of its own.
func namedBy(settings []signup.Setting, service string) (by signup.Setting) {
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

// printNotices writes notices, each in a line with its place.
func printNotices(out io.Writer, path, kind string, notices []signup.Notice) {
	for _, notice := range notices {
		place := path
		if notice.Line > 0 {
			place = fmt.Sprintf("%s:%d:%d", path, notice.Line, notice.Column)
		}
		fmt.Fprintln(out, oneLine(place+": "+kind+notice.Message))
	}
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

// count is a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
