package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/enrol-sso/enrol/host/httpapi"
)

// giveUpWithin is how much longer than closeWithin requests may take to say
// that they were given up.
const giveUpWithin = 3 * time.Second

func serveCommand() *command {
	cmd := &command{
		name:    "serve",
		summary: "Serves signups over HTTP.",
		details: `
POST /zato/sso/user/signup signs up, PATCH /zato/sso/user/signup confirms, POST
/zato/sso/user/signup/resend sends another token, POST /zato/sso/user/verify
compares a password; GET /healthz and /readyz are for supervisors. Callers are
trusted: they are given confirm tokens. Without an API key only programs on this
machine are served. With the super key, in place of the other, GET
/zato/sso/user/signup?status=to-approve (or to-confirm) lists those who wait,
and POST /zato/sso/user/approve, /reject, /lock and /unlock decide about an
account; without one nobody may.
SIGINT or SIGTERM finishes the requests that were accepted, for up to 30
seconds; a second one ends the process at once.`,
		examples: []string{
			"enrol serve",
			"enrol serve --conf sso.conf --listen 0.0.0.0:8080 --api-key-file api.key --trusted-proxy 10.0.0.0/8",
			"enrol serve --conf sso.conf --super-api-key-file super.key",
		},
	}
	cmd.run = func(c *console, args []string) error {
		var s server
		f := newFlags(cmd)
		f.StringVar(&s.address, "listen", "127.0.0.1:8080", "`ADDRESS` and port to listen on")
		s.place.flags(f)
		f.StringVar(&s.apiKeyFile, "api-key-file", "", "`FILE`, of mode 0600, of the key that callers authenticate with;\n        "+apiKeyVariable+" can hold the key instead")
		f.StringVar(&s.superAPIKeyFile, "super-api-key-file", "", "`FILE`, of mode 0600, of the key that super-users authenticate with;\n        "+superAPIKeyVariable+" can hold the key instead")
		f.StringVar(&s.proxies, "trusted-proxy", "", "`CIDR`s, separated by commas, of the proxies whose X-Forwarded-For is believed")
		if _, err := f.parse(c, args, 0, 0); err != nil {
			return err
		}
		return s.serve(c)
	}
	return cmd
}

// server is what the flags of serve say.
type server struct {
	place
	address         string
	apiKeyFile      string
	superAPIKeyFile string
	proxies         string
}

// serve checks what it can before it touches the data, and then serves until a
// signal comes.
func (s *server) serve(c *console) error {
	keys, err := readAPIKeys(c, s.apiKeyFile, s.superAPIKeyFile)
	if err != nil {
		return err
	}
	proxies, err := parseProxies(s.proxies)
	if err != nil {
		return err
	}
	k, err := readConf(c, s.conf)
	if err != nil {
		return err
	}
	listener, err := listen(s.address, keys.caller)
	if err != nil {
		return err
	}
	defer listener.Close()
	stop := interrupts(c)
	logger := slog.New(slog.NewTextHandler(c.stderr, nil))
	in, err := openInstallation(c, k, s.place, purpose{deliver: true}, logger)
	if err != nil {
		return err
	}
	handler := httpapi.New(in.enrol, httpapi.Options{
		APIKey:         keys.caller,
		SuperAPIKey:    keys.superUser,
		TrustedProxies: proxies,
		Logger:         logger,
		Ready: func(ctx context.Context) error {
			select {
			case <-stop:
				return errors.New("shutting down")
			default:
				return in.ready(ctx)
			}
		},
	})
	address := listener.Addr().String()
	logger.Info("serving", "address", address, "data", s.data, "version", version())
	if keys.caller == "" && k.builtin() {
		fmt.Fprintln(c.stderr, invitation(address))
	}
	deadline, served := serveUntil(stop, listener, handler, logger)
	ctx, cancel := context.WithDeadline(context.Background(), deadline)
	defer cancel()
	if err := errors.Join(served, in.close(ctx)); err != nil {
		return err
	}
	logger.Info("stopped")
	return nil
}

// invitation is a line for a shell that signs somebody up.
func invitation(address string) string {
	return "curl -s http://" + address + `/zato/sso/user/signup -d '{"username":"ada","password":"correct horse battery","email":"ada@example.com","app_list":["CRM"]}'`
}

// serveUntil serves until stop is closed, and then until every request that
// was accepted is answered. Requests that take too long are cancelled, so that
// they answer too. It returns by when the process should be gone.
func serveUntil(stop <-chan struct{}, listener net.Listener, handler http.Handler, logger *slog.Logger) (deadline time.Time, err error) {
	requests, cancelRequests := context.WithCancel(context.Background())
	defer cancelRequests()
	server := httpapi.NewServer(handler, logger)
	server.BaseContext = func(net.Listener) context.Context { return requests }
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		server.Close()
		return time.Now().Add(closeWithin), fmt.Errorf("serving on %s ended: %w", listener.Addr(), err)
	case <-stop:
	}
	logger.Info("stopping: requests that were accepted are answered first")
	patience := time.AfterFunc(closeWithin, cancelRequests)
	defer patience.Stop()
	deadline = time.Now().Add(closeWithin + giveUpWithin)
	ctx, cancel := context.WithDeadline(context.Background(), deadline)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		server.Close()
		return deadline, fmt.Errorf("requests were still under way after %s, and were given up", closeWithin)
	}
	return deadline, nil
}
