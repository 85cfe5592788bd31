package mail

import (
	"errors"
	"maps"
	"net"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/enrol-sso/enrol/host"
)

// Placeholders that every mail may have, and others that only some kinds have. One
// that has no value is "".
var (
	common  = []string{"application", "day", "public_url", "signup_link", "site_name", "username"}
	ofKinds = map[string][]string{
		host.MessageConfirm:       {"expires", "link", "token"},
		host.MessageConfirmResent: {"expires", "link", "token"},
		host.MessageUsernameTaken: nil,
		host.MessageEmailTaken:    nil,
		host.MessageWelcome:       nil,
		host.MessageApproved:      nil,
		host.MessageRejected:      {"reason"},
		host.MessageLoginAttempts: nil,
	}
	ofLayout = []string{"content", "direction", "language", "public_url", "site_name", "subject"}
)

// baseKinds maps a kind to the kind whose templates it uses if the operator has
// none for it.
var baseKinds = map[string]string{
	host.MessageConfirmResent: host.MessageConfirm,
	host.MessageApproved:      host.MessageWelcome,
}

// kinds are the kinds of mails, sorted.
func kinds() []string { return slices.Sorted(maps.Keys(ofKinds)) }

// placeholdersOf returns the placeholders of a kind.
func placeholdersOf(kind string) []string {
	return slices.Sorted(slices.Values(slices.Concat(common, ofKinds[kind])))
}

// holdsURL reports whether a placeholder holds a whole URL, which needs no more
// escaping in one.
func holdsURL(name string) bool {
	return name == "link" || name == "signup_link" || name == "public_url"
}

// values are the values of placeholders, by name.
type values map[string]string

func (v values) with(more map[string]string) values {
	all := maps.Clone(v)
	maps.Copy(all, more)
	return all
}

// values returns what the placeholders of a mail stand for.
func (r *Renderer) values(p *payload, c *catalogue, from Address) values {
	v := values{
		"application": printable(p.Data.CurrentApp),
		"day":         c.dayOf(p.Timestamp),
		"public_url":  r.publicURL,
		"reason":      printable(p.Data.Reason),
		"site_name":   printable(p.Data.SiteName),
		"token":       printable(string(p.Data.Token)),
		"username":    printable(p.Data.Username),
	}
	if v["site_name"] == "" {
		v["site_name"] = r.host
	}
	if v["site_name"] == "" {
		v["site_name"] = domainOf(from.Address)
	}
	if !p.Data.Expires.IsZero() {
		v["expires"] = c.timeOf(p.Data.Expires)
	}
	if r.publicURL != "" {
		query := r.queryOf(p.Data.CurrentApp, c.language)
		v["signup_link"] = r.publicURL + "/signup" + query
		if v["token"] != "" {
			v["link"] = r.publicURL + "/confirm" + query + "#" + escapeURL(v["token"])
		}
	}
	return v
}

// queryOf is the query that leads to the pages of an application in a language. It
// names what is not the default, and is "" where nothing is left to name.
func (r *Renderer) queryOf(app, language string) string {
	query := url.Values{}
	if app != "" && r.defaultApp != "" && app != r.defaultApp {
		query.Set("app", app)
	}
	if language != r.language {
		query.Set("lang", language)
	}
	if len(query) == 0 {
		return ""
	}
	return "?" + query.Encode()
}

// printable returns a value on one line, without what is not shown or turns the
// text around it: "\n" could begin a header, and U+202E reverses what follows.
func printable(value string) string {
	value = strings.Map(func(r rune) rune {
		if isUnprintable(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(value, "\ufffd"))
	return strings.Trim(value, " ")
}

// isUnprintable reports whether a character is a control, a separator of lines or
// paragraphs, or a control of the direction of text.
func isUnprintable(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// checkPublicURL returns a URL without a slash at its end, and its host.
func checkPublicURL(text string) (checked, host string, err error) {
	if text == "" {
		return "", "", nil
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "" || u.Opaque != "":
		err = errors.New("public URL: is not a URL such as https://example.com")
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.HasSuffix(text, "#"):
		err = errors.New("public URL: must have no user, query or fragment")
	case u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())):
		err = errors.New("public URL: must be https, except on loopback")
	case strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("\"'<>\\^`{|}", r) }):
		err = errors.New("public URL: must be written in ASCII: a domain in punycode, a path with percent signs")
	}
	if err != nil {
		return "", "", err
	}
	return strings.TrimRight(text, "/"), u.Hostname(), nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
