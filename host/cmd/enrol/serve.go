package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/host/admin"
	"github.com/enrol-sso/enrol/host/httpapi"
)

// giveUpWithin is how long cancelled requests may take to answer, after
// closeWithin.
const giveUpWithin = 3 * time.Second

func serveCommand() *command {
	cmd := &command{
		name:    "serve",
		summary: "Serves sign-ups over HTTP.",
		details: `
Paths below /zato/sso/user:

  POST /signup               signs up
  PATCH /signup, PATCH or POST /signup/confirm
                             confirms
  POST /signup/resend        sends another token
  POST /verify               checks a password
  GET /signup?status=STATUS  lists accounts that wait: to-approve or to-confirm
  POST /approve, /reject, /lock, /unlock
                             decide about an account

The last two need the super-user's API key in place of the other. Callers are
trusted: they get confirm tokens. Without an API key, only programs on this
machine are served. Several keys can be valid at once, for rotation. The audit
trail records the key used (key:NAME) and attempts with wrong keys.

SIGINT or SIGTERM finishes accepted requests, for up to 30 seconds, and exits with
0. Another signal within a second changes nothing, since supervisors and shells
may send two. A later one ends the process at once, and the exit status is 3.

These paths are not for browsers. --public serves pages for them on an address
of its own: people sign up, confirm and ask for another message there, and the
JSON API below /api does the same for single-page and mobile applications. No
answer has a token. Links in mails lead to enrol.public_url, or else to that address if
it is on loopback. Confirming then requires the password of the sign-up, also over
REST, unless the sso.conf has confirm_requires_password=False.

Mails go through the server in main.smtp_conn. ` + smtpPasswordVariable + ` can hold its
password. Without one, a server on loopback that has no API key keeps its mails in
files, in DATA.mail, and shows them at an address that it prints, with a key, to
this machine only.

Other commands on the same data talk to the server, through the socket DIR.sock,
which only this user and root can use. A super-user's key opens the same to
enrol --server, at POST /enrol/OPERATION.

SIGHUP reopens the audit file, and reads the sso.conf and the files that it names
again. An invalid sso.conf is refused: the log has the reason, and the old one
stays in force. Flags, keys and API keys stay as they were. A renamed or removed
audit file, as by logrotate, is noticed without a signal. SIGUSR1 rotates it, as
--audit-max-bytes and --audit-max-age do: its name gets the time as an ending.

The log is on standard error: a line for each request, with its method, path,
status, code, cid and duration_ms, for each failed delivery, and for each fault.
Lines of successful health checks are at level debug. With --log-format json, every
line is a JSON object, also those that are otherwise printed for people.

GET /admin has pages for operators in a browser, who sign in with a super-user's key:
who waits for approval, accounts, dead letters and numbers. Browsers keep a session only
over https, or from this machine.

GET /metrics has metrics for Prometheus. Without an API key, programs on this
machine may read them, otherwise who has the key of --metrics-key-file, which
opens nothing else, or a super-user's key.

GET /healthz answers with the version and the commit of the server, and 503 when
only a restart helps, as after a full disk. The process then exits with 3: let a
supervisor start it again. GET /readyz answers 503 with the reason while nobody can
sign up: the audit trail cannot be written, the clock is wrong, or the store does
not answer.`,
		examples: []string{
			"enrol serve",
			"enrol serve --public 127.0.0.1:8081",
			"enrol serve --conf sso.conf --listen 0.0.0.0:8080 --api-key-file api.key --trusted-proxy 10.0.0.0/8",
			"enrol serve --conf sso.conf --super-api-key-file super.key",
			"enrol serve --audit-max-bytes 100000000 --audit-max-age 24h --audit-keep 90",
		},
	}
	cmd.run = func(c *console, args []string) error {
		var s server
		f := newFlags(cmd)
		f.StringVar(&s.address, "listen", "127.0.0.1:8080", "`ADDRESS` and port to listen on")
		s.place.flags(f)
		f.Int64Var(&s.rotation.MaxBytes, "audit-max-bytes", 0, "`BYTES` after which the audit file is rotated; if 0, it can grow without bound")
		f.DurationVar(&s.rotation.MaxAge, "audit-max-age", 0, "`TIME` after which the audit file is rotated, such as 24h; if 0, at no age")
		f.IntVar(&s.rotation.Keep, "audit-keep", 0, "`NUMBER` of rotated audit files to keep: older ones are removed; if 0, all stay")
		f.StringVar(&s.apiKeyFile, "api-key-file", "", "`FILE`, of mode 0600, of the keys that callers authenticate with, as\n        KEY or NAME:KEY,NAME:KEY; "+apiKeyVariable+" can hold them instead")
		f.StringVar(&s.superAPIKeyFile, "super-api-key-file", "", "`FILE`, of mode 0600, of the keys that super-users authenticate with, in the\n        same form; "+superAPIKeyVariable+" can hold them instead")
		f.StringVar(&s.metricsKeyFile, "metrics-key-file", "", "`FILE`, of mode 0600, of the keys that only open /metrics, in the same form;\n        "+metricsKeyVariable+" can hold them instead")
		f.UintVar(&s.hashMemory, "hash-memory", 0, "`MIB` that all password hashes may take together; if 0, 256, or what one\n        hash per processor takes")
		s.logging.flags(f)
		f.DurationVar(&s.hashWait, "hash-wait", 10*time.Second, "`TIME` that a password may wait to be hashed; a request that would wait longer\n        gets 503 and Retry-After at once")
		f.StringVar(&s.public, "public", "", "`ADDRESS` and port for browsers: the public pages, such as 127.0.0.1:8081; by\n        default there are none")
		f.StringVar(&s.publicProxies, "public-proxy", "", "`CIDR`s, separated by commas, of the proxies in front of the public pages whose\n        X-Forwarded-For is trusted")
		f.StringVar(&s.proxies, "trusted-proxy", "", "`CIDR`s, separated by commas, of the proxies whose X-Forwarded-For is trusted")
		if _, err := f.parse(c, args, 0, 0); err != nil {
			return err
		}
		return s.serve(c)
	}
	return cmd
}

// server has the flags of serve.
type server struct {
	place
	logging         logging
	address         string
	apiKeyFile      string
	superAPIKeyFile string
	metricsKeyFile  string
	proxies         string
	public          string
	publicProxies   string
	hashMemory      uint // MiB
	hashWait        time.Duration
	rotation        host.AuditFileOptions
	keyed           bool   // callers need an API key
	listening       string // the address of the trusted listener
}

// serve checks what it can before it touches the data, and then serves until a
// signal comes.
func (s *server) serve(c *console) error {
	logger, err := s.logging.open(c)
	if err != nil {
		return err
	}
	slog.SetDefault(logger)
	if s.hashWait <= 0 {
		return mistake("--hash-wait %s: give a time above 0, such as 10s", s.hashWait)
	}
	if err := checkRotation(s.rotation); err != nil {
		return err
	}
	keys, err := readAPIKeys(c, s.apiKeyFile, s.superAPIKeyFile, s.metricsKeyFile)
	if err != nil {
		return err
	}
	s.keyed = keys.caller != ""
	proxies, err := parseProxies("--trusted-proxy", s.proxies)
	if err != nil {
		return err
	}
	if proxies != nil && keys.caller == "" {
		return mistake("--trusted-proxy needs an API key, since requests that a proxy forwards are refused without one: name its file with --api-key-file, or set %s", apiKeyVariable)
	}
	pages, err := s.openPublic(c, logger)
	if err != nil {
		return err
	}
	if pages != nil {
		defer pages.listener.Close()
	}
	k, err := s.readConf(c, pages)
	if err != nil {
		return err
	}
	if err := pages.check(k); err != nil {
		return mistake("%w", err)
	}
	pages.printPublicURL(c, k)
	listener, err := listen(s.address, keys.caller)
	if err != nil {
		return err
	}
	defer listener.Close()
	interrupted := interrupts(c)
	signals := operatorSignals{hangups(), rotations()}
	built := buildOf(debug.ReadBuildInfo())
	why := purpose{deliver: true, audit: s.rotation, hashMemory: int64(s.hashMemory) << 20, hashWait: s.hashWait}
	registry := newRegistry(built)
	why.metrics = registry
	in, err := openInstallation(c, k, s.place, why, logger)
	if err != nil {
		return err
	}
	if err := pages.use(in, k); err != nil {
		return errors.Join(err, in.close(context.Background()))
	}
	stop := either(interrupted, in.enrol.Done())
	handler := httpapi.New(in.enrol, httpapi.Options{
		APIKey:         keys.caller,
		SuperAPIKey:    keys.superUser,
		MetricsKey:     keys.metrics,
		Metrics:        in.metricsHandler(registry, logger),
		Admin:          admin.New(in.enrol, admin.Options{SuperAPIKey: keys.superUser, TrustedProxies: proxies, Logger: logger}),
		TrustedProxies: proxies,
		Logger:         logger,
		Version:        built.version,
		Commit:         built.commit,
		Healthy:        func(context.Context) error { return in.enrol.Err() },
		Ready: func(ctx context.Context) error {
			select {
			case <-interrupted:
				return &host.NotReady{Reason: "shutting down", Err: errors.New("a signal came")}
			default:
				return in.ready(ctx)
			}
		},
	})
	address := listener.Addr().String()
	s.listening = address
	go s.obey(signals, stop, c, in, pages, logger)
	if k.keeps {
		logger.Warn("no mail is sent: mails are kept, with tokens, until main.smtp_conn is set", "folder", in.mails.folder)
		s.printMailbox(c, in, pages)
	}
	fronts := append(in.operatorFront(stop, logger), front{listener, pages.either(handler, in.mails.below(handler))})
	logger.Info("serving", "address", address, "data", in.where.String(), "version", built.version, "commit", built.commit)
	if keys.caller == "" && k.builtin() {
		fmt.Fprintln(c.stderr, invitation(address))
	}
	if pages != nil {
		logger.Info("serving public pages", "at", pages.listener.Addr().String())
		fronts = append(fronts, front{pages.listener, pages.either(in.mails.below(pages), pages)})
	}
	deadline, served := serveUntil(stop, logger, fronts...)
	ctx, cancel := context.WithDeadline(context.Background(), deadline)
	defer cancel()
	closed := in.close(ctx)
	if ended := in.enrol.Err(); ended != nil {
		return fmt.Errorf("the server stopped itself and must be started again: %w", ended)
	}
	if err := errors.Join(served, closed); err != nil {
		return err
	}
	logger.Info("stopped")
	return nil
}

// invitation is a shell command that signs up a new user each second: a taken
// name would get a decoy, which confirms nothing.
func invitation(address string) string {
	return "curl -s http://" + address + `/zato/sso/user/signup -d '{"username":"ada'$(date +%s)'","password":"correct horse battery","email":"ada'$(date +%s)'@example.com","app_list":["CRM"]}'`
}

// front is a handler with its own listener.
type front struct {
	listener net.Listener
	handler  http.Handler
}

// serveUntil serves until stop is closed, and then until every accepted request
// is answered. Requests that take too long are cancelled, so that they answer
// too. It returns the time by which the process must end.
func serveUntil(stop <-chan struct{}, logger *slog.Logger, fronts ...front) (deadline time.Time, err error) {
	requests, cancelRequests := context.WithCancel(context.Background())
	defer cancelRequests()
	failed := make(chan error, len(fronts))
	var servers []*http.Server
	for _, f := range fronts {
		server := httpapi.NewServer(f.handler, logger)
		server.BaseContext = func(net.Listener) context.Context { return requests }
		servers = append(servers, server)
		go func() { failed <- fmt.Errorf("serving on %s ended: %w", f.listener.Addr(), server.Serve(f.listener)) }()
	}
	select {
	case err := <-failed:
		for _, server := range servers {
			server.Close()
		}
		return time.Now().Add(closeWithin), err
	case <-stop:
	}
	logger.Info("stopping after the accepted requests")
	patience := time.AfterFunc(closeWithin, cancelRequests)
	defer patience.Stop()
	deadline = time.Now().Add(closeWithin + giveUpWithin)
	ctx, cancel := context.WithDeadline(context.Background(), deadline)
	defer cancel()
	ended := make(chan error)
	for _, server := range servers {
		go func() { ended <- server.Shutdown(ctx) }()
	}
	for range servers {
		err = errors.Join(err, <-ended)
	}
	if err != nil {
		for _, server := range servers {
			server.Close()
		}
		return deadline, fmt.Errorf("requests were still running after %s, and were cancelled", closeWithin)
	}
	return deadline, nil
}
