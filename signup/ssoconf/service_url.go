package ssoconf

import (
	"errors"
	"net/netip"
	"strconv"
	"strings"
	"unicode"
)

// Limits of the name and the URL of a service, in bytes.
const (
	maxServiceName = 128
	maxServiceURL  = 2048
)

// checkServiceName returns what is wrong with the name or URL of a service, or
// nil.
func checkServiceName(name string) error {
	switch {
	case IsServiceURL(name):
		return checkServiceURL(name)
	case name == "":
		return errors.New("is empty: remove it")
	case strings.Contains(name, "://"):
		return errors.New("is a URL of a kind that cannot be called: begin it with https://")
	case len(name) > maxServiceName:
		return errors.New("is longer than the " + strconv.Itoa(maxServiceName) + " bytes that a name may have: shorten it")
	case strings.ContainsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || !strconv.IsPrint(r) }):
		return errors.New("contains white space or an unprintable character: remove it")
	}
	return nil
}

// CheckService returns what is wrong with a service that an sso.conf may name, or
// nil: with its URL, or with its name, which may contain spaces if an SMTP
// connection has it. Only an sso.conf that lists its host names a URL with http on
// another machine.
func CheckService(nameOrURL string) error {
	if IsServiceURL(nameOrURL) {
		return checkServiceURL(nameOrURL)
	}
	return checkServiceName(strings.ReplaceAll(nameOrURL, " ", "_"))
}

// IsServiceURL reports whether a service is a URL to call over HTTP, not a name
// that the host knows.
func IsServiceURL(name string) bool {
	_, _, ok := cutScheme(name)
	return ok
}

// checkServiceURL returns what is wrong with the URL of a service, or nil. It
// accepts the subset of RFC 3986 that every HTTP client reads alike: no user,
// no fragment, and a host of plain letters, digits and hyphens or an IP address
// in its usual form. checkPlainHTTP bounds http.
//
// No message repeats the URL, which may hold a secret.
func checkServiceURL(name string) error {
	_, rest, ok := cutScheme(name)
	if !ok {
		return errors.New("is not a URL: begin it with https://")
	}
	if len(name) > maxServiceURL {
		return errors.New("is longer than the " + strconv.Itoa(maxServiceURL) + " bytes that a URL may have: shorten it")
	}
	if err := checkURLCharacters(name); err != nil {
		return err
	}
	authority := authorityOf(rest)
	if strings.Contains(authority, "@") {
		return errors.New("names a user in the URL: remove what comes before the @")
	}
	if strings.Contains(rest, "#") {
		return errors.New("has a fragment, which is never sent: remove the # and what follows")
	}
	host, err := hostOf(authority)
	if err != nil {
		return err
	}
	_, err = checkHost(host)
	return err
}

// cutScheme removes "http://" or "https://", in any case, from a URL.
func cutScheme(name string) (secure bool, rest string, ok bool) {
	scheme, rest, ok := strings.Cut(name, "://")
	switch {
	case ok && strings.EqualFold(scheme, "https"):
		return true, rest, true
	case ok && strings.EqualFold(scheme, "http"):
		return false, rest, true
	}
	return false, "", false
}

// authorityOf returns the host of a URL without its scheme, with or without a port.
func authorityOf(rest string) string {
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		return rest[:end]
	}
	return rest
}

// checkURLCharacters refuses what RFC 3986 does not allow anywhere in a URL.
func checkURLCharacters(url string) error {
	for i := range len(url) {
		switch c := url[i]; {
		case c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0:
			return errors.New("contains a character that a URL cannot have: write its bytes as %XX, or a host's name in ASCII (xn--)")
		case c == '%' && !(i+2 < len(url) && isHexDigit(url[i+1]) && isHexDigit(url[i+2])):
			return errors.New("has a % without two hexadecimal digits after it: write %25 for a % itself")
		}
	}
	return nil
}

// hostOf returns the host of one with or without a port, and checks the port.
func hostOf(authority string) (string, error) {
	host, port, hasPort := strings.Cut(authority, ":")
	if strings.HasPrefix(authority, "[") {
		end := strings.IndexByte(authority, ']')
		if end < 0 {
			return "", errors.New("has a [ without a ] in its host: write an IPv6 address as [::1]")
		}
		host, port = authority[:end+1], authority[end+1:]
		port, hasPort = strings.CutPrefix(port, ":")
		if !hasPort && port != "" {
			return "", errors.New("has something other than a port after the ] of its host: remove it")
		}
	}
	if hasPort && !isPort(port) {
		return "", errors.New("has a port that is not a number from 1 to 65535: correct it, or remove the colon")
	}
	return host, nil
}

func isPort(port string) bool {
	number, err := strconv.ParseUint(port, 10, 16)
	return err == nil && number > 0
}

// checkHost checks a host without its port, and reports whether it is this machine. A host whose last part is a number
// is an address to every client, but clients disagree about which one unless it
// has the usual form.
func checkHost(host string) (local bool, err error) {
	if host == "" {
		return false, errors.New("has no host: write one after the //")
	}
	if inner, ok := strings.CutPrefix(host, "["); ok {
		address, err := netip.ParseAddr(strings.TrimSuffix(inner, "]"))
		if err != nil || !address.Is6() || address.Zone() != "" {
			return false, errors.New("has brackets around something that is not an IPv6 address without a zone: correct it")
		}
		return address.IsLoopback(), nil
	}
	if last := host[strings.LastIndexByte(host, '.')+1:]; last != "" && isNumber(last) {
		address, err := netip.ParseAddr(host)
		if err != nil {
			return false, errors.New("has a host that looks like an IPv4 address but is invalid: write four numbers from 0 to 255")
		}
		return address.IsLoopback(), nil
	}
	return strings.EqualFold(host, "localhost"), checkHostName(host)
}

// isNumber reports whether a part of a host is a number, decimal or with 0x.
func isNumber(part string) bool {
	return strings.Trim(part, "0123456789") == "" || strings.HasPrefix(strings.ToLower(part), "0x")
}

// checkHostName checks the form of a name (RFC 1123, section 2.1). It allows
// underscores, which names in a cluster have.
func checkHostName(host string) error {
	wrong := errors.New("has an invalid host name: write letters, digits and hyphens, with dots between the parts")
	if len(host) > 253 {
		return wrong
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return wrong
		}
		if strings.ContainsFunc(label, func(r rune) bool { return !isLetterOrDigit(r) && r != '-' && r != '_' }) {
			return wrong
		}
	}
	return nil
}

// isLetterOrDigit reports whether r is an ASCII letter or digit.
func isLetterOrDigit(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}

func isHexDigit(b byte) bool {
	return '0' <= b && b <= '9' || 'a' <= b && b <= 'f' || 'A' <= b && b <= 'F'
}

// ServiceLabel returns the name of a service for an error. For a URL, that is
// the URL without its path and query, which may hold a secret.
func ServiceLabel(service string) string {
	scheme, rest, ok := cutScheme(service)
	if !ok {
		return service
	}
	host, _, _ := strings.Cut(rest, "/")
	host, _, _ = strings.Cut(host, "?")
	if scheme {
		return "https://" + host
	}
	return "http://" + host
}
