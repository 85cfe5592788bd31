package host

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"github.com/enrol-sso/enrol/signup"
)

// endpoints calls services over HTTP. It does so without an http.Client, which
// would follow redirects, or at least read where they lead.
type endpoints struct {
	secure   *http.Transport
	loopback *http.Transport // of plain http, which anyone on the way could read
}

func newEndpoints() *endpoints {
	// Not http.DefaultTransport, which a program may have replaced.
	secure := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		ForceAttemptHTTP2:   true,
		TLSHandshakeTimeout: 10 * time.Second,
		IdleConnTimeout:     90 * time.Second,
		MaxIdleConns:        100,
	}
	loopback := secure.Clone()
	loopback.Proxy = nil
	loopback.DialContext = (&net.Dialer{Control: onlyLoopback}).DialContext
	return &endpoints{secure: secure, loopback: loopback}
}

// onlyLoopback refuses connections to other machines, whatever a name resolves
// to.
func onlyLoopback(_, address string, _ syscall.RawConn) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return errors.New("plain http goes to this machine only: use https")
	}
	return nil
}

// post sends a call to its endpoint, with the headers of Standard Webhooks 1.0
// as the core computed them. No error repeats the URL, which may hold a secret.
func (e *endpoints) post(ctx context.Context, call signup.ServiceCall) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, call.Service, strings.NewReader(call.Body))
	if err != nil {
		return "", errors.New("the address of the service is no URL")
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "enrol")
	request.Header.Set("Webhook-Id", call.Headers.ID)
	request.Header.Set("Webhook-Timestamp", call.Headers.Timestamp)
	request.Header.Set("Webhook-Signature", call.Headers.Signature)
	transport := e.secure
	if request.URL.Scheme == "http" {
		transport = e.loopback
	}
	response, err := transport.RoundTrip(request)
	if err != nil {
		return "", unreachable(ctx, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case response.StatusCode < 200 || response.StatusCode > 299:
		return "", fmt.Errorf("the service answered with HTTP status %d", response.StatusCode)
	case err != nil:
		return "", unreachable(ctx, err)
	}
	return readable(string(body))
}

func unreachable(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return errors.New("the service took too long")
	}
	return fmt.Errorf("the service cannot be reached: %w", err)
}

func (e *endpoints) close() {
	e.secure.CloseIdleConnections()
	e.loopback.CloseIdleConnections()
}
