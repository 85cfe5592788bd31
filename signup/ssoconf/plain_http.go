package ssoconf

import (
	"errors"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/enrol-sso/enrol/signup/ssoconf/configobj"
)

// plainHTTPPath is the key with the hosts of services that may be called over
// http. Without it, http is only for services on the same machine, because anyone
// on the network can read and answer it.
const plainHTTPPath = "enrol.plain_http_hosts"

// AllowsPlainHTTP reports whether enrol.plain_http_hosts lists a host: a name, or an
// address with or without brackets.
func (e *Enrol) AllowsPlainHTTP(host string) bool {
	return slices.ContainsFunc(e.PlainHTTPHosts, func(listed string) bool { return sameHost(listed, host) })
}

func sameHost(a, b string) bool {
	if strings.EqualFold(a, b) {
		return true
	}
	first, err := netip.ParseAddr(strings.Trim(a, "[]"))
	second, other := netip.ParseAddr(strings.Trim(b, "[]"))
	return err == nil && other == nil && first == second
}

// hostList is a list of hosts as URLs have them.
type hostList struct{ field *[]string }

func (h hostList) read(v configobj.Value) (problem, warning string) {
	list, problem, warning := eachEntry(v, maxTexts, func(entry string) error {
		if _, err := checkHost(entry); err != nil {
			return errors.New("is not a host: write a name, or an address such as 10.1.2.3 or [fd00::1], without http:// and port")
		}
		return nil
	})
	if problem == "" {
		*h.field = list
	}
	return problem, warning
}

// checkPlainHTTP refuses services with http on hosts that are neither this machine
// nor listed.
func (r *reader) checkPlainHTTP() {
	if !r.sound(plainHTTPPath) {
		return
	}
	for _, path := range []string{"main.email_service", "user_validation.service", "signup.callback_service_list"} {
		given, ok := r.given[path]
		if !ok || given.bad {
			continue
		}
		for i, service := range listEntries(given.value) {
			if !r.mayCall(service) {
				entry := ""
				if path != "main.email_service" {
					entry = "entry " + strconv.Itoa(i+1) + ": "
				}
				r.refuseAt(path+": "+entry+usesPlainHTTP, path)
			}
		}
	}
	for _, s := range r.services {
		if !r.mayCall(s.URL) {
			r.errors = append(r.errors, Notice{s.entry.Value.Line, s.entry.Value.Column, servicesSection + ": " + quoteValue(s.Name) + ": " + usesPlainHTTP})
		}
	}
}

const usesPlainHTTP = "uses http with a host that is not this machine: use https, a loopback address, or list the host in " + plainHTTPPath

// mayCall reports whether the scheme of a service, which was checked, is one that
// its host may have.
func (r *reader) mayCall(service string) bool {
	secure, rest, isURL := cutScheme(service)
	if !isURL || secure {
		return true
	}
	host, err := hostOf(authorityOf(rest))
	if err != nil {
		return false
	}
	local, err := checkHost(host)
	return err == nil && (local || r.config.Enrol.AllowsPlainHTTP(host))
}
