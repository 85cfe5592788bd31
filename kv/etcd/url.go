package etcd

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/enrol-sso/enrol/kv/private"
)

// maxPrefix bounds a prefix, in bytes: each key in a request repeats it.
const maxPrefix = 256

// place is where a store is, as a URL says.
type place struct {
	endpoints      []string // http://HOST:PORT or https://HOST:PORT
	user, password string   // "" for none
	tls            files
	prefix         string // without a / at its end
}

// files are those for TLS, "" for none.
type files struct {
	cacert, cert, key string
}

// secure reports whether the connections have TLS.
func (p place) secure() bool { return strings.HasPrefix(p.endpoints[0], "https://") }

// The keys of a store.
func (p place) base() string      { return p.prefix + "/" }
func (p place) recordKey() string { return p.base() + "format" }
func (p place) key(key string) string {
	return p.base() + "kv/" + key
}

// parse reads a URL, and the file with a password that it may name. Errors
// repeat nothing of what may be a user or a password.
func parse(text string) (p place, err error) {
	scheme, rest, _ := strings.Cut(text, "://")
	if scheme != "etcd" && scheme != "etcds" {
		return p, errors.New("the URL does not begin with etcd:// or etcds://")
	}
	authority, path, found := strings.Cut(rest, "/")
	path, query, _ := strings.Cut(path, "?")
	if !found || strings.ContainsAny(authority, "?#") || strings.ContainsAny(path+query, "@#") {
		return p, errors.New("write " + scheme + "://HOST:PORT,HOST:PORT/PREFIX?PARAMETER=VALUE, " +
			"and / ? # @ in names and passwords as %2F %3F %23 %40")
	}
	if at := strings.LastIndex(authority, "@"); at >= 0 {
		if err := p.setUser(authority[:at]); err != nil {
			return p, err
		}
		authority = authority[at+1:]
	}
	if err := p.setEndpoints(scheme, authority); err != nil {
		return p, err
	}
	if err := p.setPrefix(path); err != nil {
		return p, err
	}
	return p, p.setParameters(scheme, query)
}

func (p *place) setUser(text string) error {
	name, word, _ := strings.Cut(text, ":")
	var nameErr, wordErr error
	p.user, nameErr = url.PathUnescape(name)
	p.password, wordErr = url.PathUnescape(word)
	if nameErr != nil || wordErr != nil {
		return errors.New("the user or the password in the URL has a % that does not begin %XX: write % as %25")
	}
	if p.user == "" {
		return errors.New("the URL has a password or an @, and no user")
	}
	return nil
}

func (p *place) setEndpoints(scheme, text string) error {
	transport := "http://"
	if scheme == "etcds" {
		transport = "https://"
	}
	for i, endpoint := range strings.Split(text, ",") {
		host, port, err := net.SplitHostPort(endpoint)
		n, portErr := strconv.ParseUint(port, 10, 16)
		if err != nil || host == "" || portErr != nil || n == 0 || strings.ContainsAny(host, " %\\") {
			return fmt.Errorf("member %d in the URL is not HOST:PORT, with a port of 1 to 65535", i+1)
		}
		p.endpoints = append(p.endpoints, transport+endpoint)
	}
	return nil
}

// setPrefix accepts names between slashes, and a slash at the end.
func (p *place) setPrefix(path string) error {
	prefix, err := url.PathUnescape(strings.TrimSuffix(path, "/"))
	switch {
	case err != nil:
		return errors.New("the prefix in the URL has a % that does not begin %XX: write % as %25")
	case prefix == "":
		return errors.New("the URL has no prefix: end it with a name for the store, such as /enrol")
	case len(prefix) > maxPrefix:
		return fmt.Errorf("the prefix in the URL has %d bytes, at most %d are allowed", len(prefix), maxPrefix)
	case !utf8.ValidString(prefix) || strings.Contains(prefix, "\x00") || strings.Contains("/"+prefix+"/", "//"):
		return errors.New("the prefix in the URL is not names with one / between them")
	}
	p.prefix = prefix
	return nil
}

func (p *place) setParameters(scheme, query string) error {
	values, err := url.ParseQuery(query)
	if err != nil {
		return errors.New("the parameters of the URL are not NAME=VALUE with & between them")
	}
	var passwordFile string
	known := map[string]*string{"cacert": &p.tls.cacert, "cert": &p.tls.cert, "key": &p.tls.key, "password_file": &passwordFile}
	for name, given := range values {
		target, ok := known[name]
		if !ok || len(given) != 1 || given[0] == "" {
			return errors.New("the parameters of the URL are cacert, cert, key and password_file, each at most once and with the path of a file")
		}
		*target = given[0]
	}
	switch {
	case scheme == "etcd" && p.tls != files{}:
		return errors.New("cacert, cert and key are for TLS: write etcds:// in the URL")
	case (p.tls.cert == "") != (p.tls.key == ""):
		return errors.New("cert and key of the URL belong together: name both files")
	case passwordFile != "" && p.password != "":
		return errors.New("the URL has a password and a password_file: leave one out")
	case passwordFile != "" && p.user == "":
		return errors.New("the URL has a password_file and no user: write USER@ before the first member")
	}
	if passwordFile != "" {
		if p.password, err = private.ReadFile(passwordFile); err != nil {
			return fmt.Errorf("the password_file of the URL: %w", err)
		}
	}
	if p.user != "" && p.password == "" {
		return errors.New("there is a user in the URL and no password")
	}
	return nil
}
