package host

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// endpoints calls services over HTTP. It uses no http.Client, which would
// follow redirects, or at least read their targets.
type endpoints struct {
	secure   *http.Transport
	loopback *http.Transport // for plain http, which others on the network could read
	listed   *http.Transport // for plain http to hosts that the sso.conf lists

	config atomic.Pointer[ssoconf.Config] // the current one, nil at first
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
	listed := secure.Clone()
	listed.Proxy = nil
	return &endpoints{secure: secure, loopback: loopback, listed: listed}
}

// onlyLoopback refuses connections to other machines, after names are resolved.
func onlyLoopback(_, address string, _ syscall.RawConn) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return errors.New("plain http goes to this machine only: use https, or list the host in enrol.plain_http_hosts")
	}
	return nil
}

// post sends a call to its endpoint, with the headers of Standard Webhooks 1.0
// as the core computed them. No error contains the URL, which may contain a
// secret. The answer is read only on request.
func (e *endpoints) post(ctx context.Context, call signup.ServiceCall, wanted bool) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, call.Service, strings.NewReader(call.Body))
	if err != nil {
		return "", errors.New("the address of the service is not a URL")
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "enrol")
	request.Header.Set("Webhook-Id", call.Headers.ID)
	request.Header.Set("Webhook-Timestamp", call.Headers.Timestamp)
	request.Header.Set("Webhook-Signature", call.Headers.Signature)
	response, err := e.transport(request.URL).RoundTrip(request)
	if err != nil {
		return "", unreachable(ctx, err)
	}
	defer response.Body.Close()
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return "", refusal(response)
	}
	if !wanted {
		peek(response) // so that the connection can be used again
		return "", nil
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if err != nil {
		return "", unreachable(ctx, err)
	}
	return readable(string(body))
}

// transport returns the one for a URL. The core checked it too, maybe with an sso.conf
// that is no longer in force.
func (e *endpoints) transport(to *url.URL) *http.Transport {
	config := e.config.Load()
	switch {
	case to.Scheme != "http":
		return e.secure
	case config != nil && config.Enrol.AllowsPlainHTTP(to.Hostname()):
		return e.listed
	}
	return e.loopback
}

// maxPeek is how many bytes of a delivery's answer are read.
const maxPeek = 4 << 10

// peek reads the beginning of an answer that arrives within a second.
func peek(response *http.Response) []byte {
	if response.ContentLength > maxPeek {
		return nil
	}
	defer time.AfterFunc(time.Second, func() { response.Body.Close() }).Stop()
	body, _ := io.ReadAll(io.LimitReader(response.Body, maxPeek))
	return body
}

// refusal returns what a status other than 2xx means for other events. With
// 410, or another 4xx and a JSON object in which final is true, a service
// reports that it will never accept the event.
func refusal(response *http.Response) error {
	failure := &signup.CallError{Kind: signup.CallRefused, Reason: fmt.Sprintf("the service answered with HTTP status %d", response.StatusCode)}
	switch status := response.StatusCode; {
	case status >= 500, status == http.StatusRequestTimeout, status == http.StatusTooManyRequests:
		failure.Kind, failure.RetryAfter = signup.CallDown, secondsOf(response.Header.Get("Retry-After"))
	case status == http.StatusGone:
		failure.Kind = signup.CallFinal
	case status >= 400:
		var answer struct {
			Final bool `json:"final"`
		}
		if json.Unmarshal(peek(response), &answer) == nil && answer.Final {
			failure.Kind = signup.CallFinal
		}
	}
	return failure
}

// secondsOf reads a Retry-After header (RFC 9110, section 10.2.3), in seconds;
// 0 if there is none.
func secondsOf(header string) int {
	if seconds, err := strconv.Atoi(header); err == nil || errors.Is(err, strconv.ErrRange) {
		return min(max(0, seconds), 86_400)
	}
	if at, err := http.ParseTime(header); err == nil {
		return int(min(max(0, time.Until(at)), 24*time.Hour) / time.Second)
	}
	return 0
}

func unreachable(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ServiceDown("the service took too long", 0)
	}
	return ServiceDown("the service cannot be reached: "+err.Error(), 0)
}

func (e *endpoints) close() {
	e.secure.CloseIdleConnections()
	e.loopback.CloseIdleConnections()
	e.listed.CloseIdleConnections()
}
