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
	if missing := k.missingService(); missing != "" {
		return nil, mistake("%s: the service %q is not one that this command has: use the URL of an endpoint", path, missing)
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

// missingService returns a service that is not a URL: this command has no
// functions of its own to offer.
func (k *conf) missingService() string {
	keys, err := signup.ParseKeys(host.NewSecretKey())
	if err != nil {
		panic("a new key cannot be read")
	}
	services := signup.New(k.config, keys).Services()
	i := slices.IndexFunc(services, func(name string) bool { return !strings.Contains(name, "://") })
	if i < 0 {
		return ""
	}
	return services[i]
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
