package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/enrol-sso/enrol/host/page"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// public serves the public pages on their own listener. SIGHUP may replace the
// handler.
type public struct {
	listener net.Listener
	proxies  []netip.Prefix
	logger   *slog.Logger
	handler  atomic.Pointer[http.Handler]
	trial    atomic.Bool // only browsers on this machine reach the pages, as far as settings tell
}

// openPublic starts to listen, and prints where the form is. It returns nil if
// there are no public pages.
func (s *server) openPublic(c *console, logger *slog.Logger) (*public, error) {
	proxies, err := parseProxies("--public-proxy", s.publicProxies)
	if err != nil {
		return nil, err
	}
	if s.public == "" {
		if proxies != nil {
			return nil, mistake("--public-proxy needs --public")
		}
		return nil, nil
	}
	p := &public{proxies: proxies, logger: logger}
	if p.listener, err = listenPublic(s.public); err != nil {
		return nil, err
	}
	fmt.Fprintln(c.stderr, "Sign up in a browser: http://"+browsable(p.listener.Addr())+"/signup")
	return p, nil
}

// browsable is an address of this machine that a browser can open.
func browsable(address net.Addr) string {
	if tcp, ok := address.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", strconv.Itoa(tcp.Port))
	}
	return address.String()
}

// printPublicURL prints where people find the form, if the sso.conf says it.
func (p *public) printPublicURL(c *console, k *conf) {
	if url := k.config.Enrol.PublicURL; p != nil && url != "" {
		fmt.Fprintln(c.stderr, "People sign up at enrol.public_url: "+strings.TrimRight(url, "/")+"/signup")
	}
}

// url is where the pages are if there is no proxy in front, "" if they can be
// reached from other machines.
func (p *public) url() string {
	if p == nil {
		return ""
	}
	if address, ok := p.listener.Addr().(*net.TCPAddr); !ok || !address.IP.IsLoopback() {
		return ""
	}
	return "http://" + p.listener.Addr().String()
}

// use makes the pages of a sso.conf.
func (p *public) use(in *installation, k *conf) error {
	if p == nil {
		return nil
	}
	options, wrong := k.pageOptions()
	if len(wrong) > 0 {
		return mistake("%s: %s", wrong[0].path, wrong[0].message)
	}
	options.TrustedProxies, options.Logger = p.proxies, p.logger
	options.Healthy = func(context.Context) error { return in.enrol.Err() }
	options.KeepsMails = func() bool { return in.mails.box.Load() != nil }
	if before := p.handler.Load(); before != nil {
		options.Replaces = *before
	}
	p.trial.Store(p.url() != "" && p.proxies == nil && k.config.Enrol.PublicURL == "")
	handler, err := page.New(in.enrol, options)
	if err != nil {
		return mistake("%w", err)
	}
	p.handler.Store(&handler)
	p.warn(k)
	return nil
}

// showsMails reports whether the mailbox is next to the pages. It is not where a
// proxy may be in front of them: a proxy on this machine can look like a browser.
func (p *public) showsMails() bool { return p != nil && p.trial.Load() }

// either returns a handler that is the first one while the mailbox is next to the
// pages, and else the second one.
func (p *public) either(trial, other http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.showsMails() {
			trial.ServeHTTP(w, r)
		} else {
			other.ServeHTTP(w, r)
		}
	})
}

// ServeHTTP implements http.Handler.
func (p *public) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	(*p.handler.Load()).ServeHTTP(w, r)
}

// pageOptions returns the settings of the sso.conf about pages, with the files that
// it names, or what is wrong with them.
func (k *conf) pageOptions() (page.Options, []wrongSetting) {
	var wrong []wrongSetting
	options := page.Options{Brands: map[string]page.Brand{}}
	brand := func(app, section string, p *ssoconf.Page) {
		b := page.Brand{Name: p.Name, Color: p.Color, Terms: p.Terms, Privacy: p.Privacy, After: p.After}
		read := func(key, path string) []byte {
			if path == "" {
				return nil
			}
			data, err := readLimited(k.near(path), maxPageFile)
			if err != nil {
				wrong = append(wrong, wrongSetting{section + "." + key, "the file cannot be read: " + err.Error()})
			}
			return []byte(data)
		}
		if p.Logo != "" {
			b.Logo = &page.File{Name: filepath.Base(p.Logo), Data: read("logo", p.Logo)}
		}
		b.Stylesheet = read("stylesheet", p.Stylesheet)
		options.Brands[app] = b
	}
	brand("", "enrol_pages", &k.config.Pages.Page)
	for _, one := range k.config.Pages.Apps {
		brand(one.App, "enrol_pages."+one.App, one.Page)
	}
	if folder := k.config.Enrol.PageTemplates; folder != "" {
		options.Templates = os.DirFS(k.near(folder))
	}
	return options, wrong
}

// maxPageFile is above the limit of a file of pages, so that package page reports
// one that is too large.
const maxPageFile = 1 << 20

// wrongPages returns what is wrong with the settings, files and templates of pages.
func (k *conf) wrongPages() []wrongSetting {
	options, wrong := k.pageOptions()
	if len(wrong) > 0 {
		return wrong
	}
	if err := page.Check(k.config, options); err != nil {
		for problem := range strings.SplitSeq(err.Error(), "\n") {
			wrong = append(wrong, wrongSetting{k.pageSetting(problem), problem})
		}
	}
	return wrong
}

// pageSetting returns the setting that a problem of package page is about.
func (k *conf) pageSetting(problem string) string {
	section := "enrol_pages"
	for _, one := range k.config.Pages.Apps {
		if strings.Contains(problem, fmt.Sprintf("the application %q", one.App)) {
			section += "." + one.App
		}
	}
	for _, about := range [][2]string{{"public_origins", "enrol.public_origins"}, {"template", "enrol.page_templates"}, {"the color", section + ".color"}, {"the logo", section + ".logo"}} {
		if strings.Contains(problem, about[0]) {
			return about[1]
		}
	}
	return section
}
