package host

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"github.com/enrol-sso/enrol/signup"
)

// maxAnswer bounds what is read of an endpoint's answer, in bytes.
const maxAnswer = 64 << 10

// endpoints calls services over HTTP.
type endpoints struct {
	secure   *http.Client
	loopback *http.Client // of plain http, which anyone on the way could read
}

func newEndpoints() *endpoints {
	loopback := http.DefaultTransport.(*http.Transport).Clone()
	loopback.Proxy = nil
	loopback.DialContext = (&net.Dialer{Control: onlyLoopback}).DialContext
	return &endpoints{
		secure:   &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone(), CheckRedirect: noRedirect},
		loopback: &http.Client{Transport: loopback, CheckRedirect: noRedirect},
	}
}

func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

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
	client := e.secure
	if request.URL.Scheme == "http" {
		client = e.loopback
	}
	response, err := client.Do(request)
	if err != nil {
		return "", withoutURL(ctx, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case response.StatusCode < 200 || response.StatusCode > 299:
		return "", fmt.Errorf("the service answered with HTTP status %d", response.StatusCode)
	case err != nil:
		return "", withoutURL(ctx, err)
	case len(body) > maxAnswer:
		return "", fmt.Errorf("the service answered with more than %d bytes", maxAnswer)
	}
	return string(body), nil
}

func withoutURL(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return errors.New("the service took too long")
	}
	var with *url.Error
	if errors.As(err, &with) {
		err = with.Err
	}
	return fmt.Errorf("the service cannot be reached: %w", err)
}

func (e *endpoints) close() {
	e.secure.CloseIdleConnections()
	e.loopback.CloseIdleConnections()
}
