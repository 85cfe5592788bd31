package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/signup"
)

// Bounds of an answer of a server: a list of 100 accounts fits.
const (
	maxAnswer    = 4 << 20 // bytes
	answerWithin = 2 * time.Minute
)

// remote is a server that runs the operations of a command.
type remote struct {
	client *http.Client
	base   string        // of URLs
	key    signup.Secret // of a super-user; "" on a socket
	name   string        // for errors
	lost   chan struct{} // closed when the server cannot be reached
	lose   sync.Once
}

// findServer returns the server that --server names, or the one that uses the data,
// or nil if there is none.
func (p *place) findServer(c *console) (*remote, error) {
	if p.server != "" {
		return p.namedServer(c)
	}
	if p.superAPIKey != "" {
		return nil, mistake("--super-api-key-file needs --server")
	}
	where, err := p.storePlace(c)
	if err != nil || where.url != "" {
		return nil, err
	}
	return socketServer(where.dir)
}

// socketServer returns the server that uses a data directory, or nil if there is none.
func socketServer(data string) (*remote, error) {
	conn, err := dialSocket(data)
	if errors.Is(err, errOtherUser) {
		return nil, err
	}
	if err != nil {
		return nil, nil // so the data is free, or opening it says who uses it
	}
	conn.Close()
	return newRemote("http://enrol", socketPath(data), &http.Transport{
		DialContext:         func(context.Context, string, string) (net.Conn, error) { return dialSocket(data) },
		MaxIdleConnsPerHost: window,
	}), nil
}

// namedServer returns the server of --server.
func (p *place) namedServer(c *console) (*remote, error) {
	u, err := url.Parse(p.server)
	switch {
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "":
		return nil, mistake("--server: write the URL of a server, such as https://enrol.example.com")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, mistake("--server: a URL has no user, password, query or fragment here; the key comes from --super-api-key-file or %s", superAPIKeyVariable)
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return nil, mistake("--server %s: others could read the key and the answers on the way: use https", p.server)
	}
	key, err := readAPIKey(c, p.superAPIKey, superAPIKeyVariable)
	if err != nil {
		return nil, err
	}
	if key == "" {
		return nil, mistake("--server needs the key of a super-user: name its file with --super-api-key-file, or set %s", superAPIKeyVariable)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = window
	server := newRemote(strings.TrimRight(p.server, "/"), p.server, transport)
	server.key = httpapi.FirstAPIKey(key)
	return server, nil
}

func isLoopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

func newRemote(base, name string, transport *http.Transport) *remote {
	return &remote{
		client: &http.Client{
			Transport:     transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		base: base,
		name: name,
		lost: make(chan struct{}),
	}
}

// request returns a request for a path.
func (s *remote) request(ctx context.Context, method, path string, body []byte) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, method, s.base+path, bytes.NewReader(body))
	if err == nil && s.key != "" {
		request.Header.Set("Authorization", "Bearer "+string(s.key))
	}
	return request, err
}

// run runs an operation. It always answers; any fault is in the answer.
func (s *remote) run(operation string, request []byte) (signup.Response, []byte) {
	response, answer, err := s.post(httpapi.OperatorPath+operation, request)
	if err != nil {
		s.lose.Do(func() { close(s.lost) })
		r := answered(signup.Response{
			CID:       host.NewCID(),
			Status:    signup.StatusError,
			SubStatus: []signup.Code{signup.Busy},
			Fault:     "the server at " + s.name + " gave no answer, and the operation may have taken effect: " + err.Error(),
		})
		return r.response, r.answer
	}
	return response, answer
}

func (s *remote) post(path string, body []byte) (response signup.Response, answer []byte, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), answerWithin)
	defer cancel()
	request, err := s.request(ctx, http.MethodPost, path, body)
	if err != nil {
		return response, nil, err
	}
	got, err := s.client.Do(request)
	if err != nil {
		return response, nil, withoutURL(err)
	}
	defer got.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(got.Body, maxAnswer))
	if err != nil {
		return response, nil, withoutURL(err)
	}
	answer = bytes.TrimSuffix(answer, []byte("\n"))
	if json.Unmarshal(answer, &response) != nil || response.Status == "" {
		return response, nil, fmt.Errorf("its answer, of status %d, is not one of Enrol", got.StatusCode)
	}
	switch {
	case got.StatusCode < http.StatusInternalServerError || response.Fault != "" || isBusy(response):
	case response.Message != "":
		response.Fault = fmt.Sprintf("the server at %s answered %d: %s", s.name, got.StatusCode, response.Message)
	default:
		response.Fault = fmt.Sprintf("the server at %s answered %d: its log has the reason under cid=%s", s.name, got.StatusCode, response.CID)
	}
	return response, answer, nil
}

// withoutURL returns the cause of an error of a client, without the method and URL.
func withoutURL(err error) error {
	if failed, ok := errors.AsType[*url.Error](err); ok {
		return failed.Err
	}
	return err
}
