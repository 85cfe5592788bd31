package ssoconf

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/enrol-sso/enrol/signup/ssoconf/configobj"
)

// servicesSection is the section that maps names of services to URLs, so that a
// file of the original can keep its names.
const servicesSection = "enrol_services"

// maxNamedServices bounds the entries of that section.
const maxNamedServices = 100

// ServiceURL is an entry of the section [enrol_services].
type ServiceURL struct {
	Name string // of a service, or of the SMTP connection in main.smtp_conn
	URL  string // of the endpoint that is called for it
}

// namedService is an entry and its place in the file.
type namedService struct {
	ServiceURL
	entry configobj.Entry
}

// CalledFor returns what the host calls for the name of a service: its URL in
// [enrol_services], or the name itself.
func (c *Config) CalledFor(name string) string {
	for _, s := range c.Services {
		if s.Name == name {
			return s.URL
		}
	}
	return name
}

// ServiceName returns the name that the settings use for a service, given that
// name or its URL in [enrol_services]. It returns anything else unchanged.
func (c *Config) ServiceName(nameOrURL string) string {
	for _, s := range c.Services {
		if s.URL == nameOrURL {
			return s.Name
		}
	}
	return nameOrURL
}

// MessageService returns the service that sends messages, or "".
func (c *Config) MessageService() string {
	switch {
	case c.Main.EmailService != "" || c.Main.SMTPConn == "":
		return c.Main.EmailService
	case c.CalledFor(c.Main.SMTPConn) != c.Main.SMTPConn:
		return c.Main.SMTPConn
	}
	return SMTPService
}

// MailServer is the URL of the mail server that messages go to, "" if they go
// elsewhere. What only looks like one counts too: its password must not be quoted
// as the name of a service.
func (c *Config) MailServer() string {
	scheme, _, _ := strings.Cut(strings.ToLower(c.Main.SMTPConn), ":")
	if (scheme == "smtp" || scheme == "smtps") && len(scheme) < len(c.Main.SMTPConn) && c.MessageService() == SMTPService {
		return c.Main.SMTPConn
	}
	return ""
}

// readServices reads the section [enrol_services].
func (r *reader) readServices(section *configobj.Section) {
	for _, entry := range section.Entries {
		if entry.Used {
			continue
		}
		url, problem := oneLine(entry.Value)
		if problem == "" {
			if err := checkNamedService(entry.Key, url); err != nil {
				problem = err.Error()
			}
		}
		if problem != "" {
			r.errors = append(r.errors, Notice{entry.Value.Line, entry.Value.Column, servicesSection + ": " + quoteValue(entry.Key) + ": " + problem})
			continue
		}
		r.services = append(r.services, namedService{ServiceURL{entry.Key, url}, entry})
		r.config.Services = append(r.config.Services, ServiceURL{entry.Key, url})
	}
	if n := len(section.Entries); n > maxNamedServices {
		r.errors = append(r.errors, Notice{section.Line, section.Column, servicesSection + ": " + tooMany(make([]string, n), maxNamedServices)})
	}
	for _, inner := range section.Sections {
		r.warnOfInner(section, inner)
	}
}

// checkNamedService returns what is wrong with an entry, or nil. Names may
// contain spaces, because names of SMTP connections do.
func checkNamedService(name, url string) error {
	switch {
	case IsServiceURL(name):
		return errors.New("is a URL itself: write the name of a service before the =")
	case len(name) > maxServiceName:
		return errors.New("is longer than the " + strconv.Itoa(maxServiceName) + " bytes that a name may have")
	case strings.ContainsFunc(name, func(r rune) bool { return !strconv.IsPrint(r) }):
		return errors.New("contains an unprintable character: remove it")
	}
	return checkServiceURL(url)
}

// warnOfUnusedServices warns of entries whose names no setting uses.
func (r *reader) warnOfUnusedServices() {
	if !r.sound("main.email_service", "main.smtp_conn", "user_validation.service", "signup.callback_service_list") {
		return
	}
	names := slices.Concat(r.config.UserValidation.Service, r.config.Signup.CallbackServiceList)
	switch {
	case r.config.Main.EmailService != "":
		names = append(names, r.config.Main.EmailService)
	case r.config.Main.SMTPConn != "":
		names = append(names, r.config.Main.SMTPConn)
	}
	for _, s := range r.services {
		switch {
		case s.Name == ValidateService || s.Name == ValidateServiceOld:
			r.warn(s.entry.Line, s.entry.Column, servicesSection+": "+s.Name+" is built in, so the entry has no effect: remove it")
		case !slices.Contains(names, s.Name):
			r.warn(s.entry.Line, s.entry.Column, servicesSection+": no setting names the service "+quoteValue(s.Name)+", so the entry has no effect: "+
				correction(s.Name, names))
		}
	}
}

// SMTPService is the message service if only main.smtp_conn is set and
// [enrol_services] has no URL for it.
const SMTPService = "enrol.smtp"
