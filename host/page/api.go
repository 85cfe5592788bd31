package page

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/host/internal/access"
	"github.com/enrol-sso/enrol/host/internal/website"
	"github.com/enrol-sso/enrol/signup"
)

// maxBody bounds the body of a request, in bytes, like the core's bound.
const maxBody = 64 << 10

// apiMembers are the members that the body of each operation may have, in addition
// to app.
var apiMembers = map[string][]string{
	"signup":   append(httpapi.AccountMembers(), "idempotency_key"),
	"validate": httpapi.AccountMembers(),
	"confirm":  {"token", "password", "idempotency_key"},
	"resend":   {"username", "email"},
}

// coreNames are the names of members in the core's requests, where they differ.
var coreNames = map[string]string{"app": "current_app", "token": "confirm_token"}

// idempotencyHeader can have the member idempotency_key.
const idempotencyHeader = "Idempotency-Key"

// call is a request of the JSON API.
type call struct {
	*visit
	operation string
}

// serveAPI serves the JSON API: what the pages do, for single-page and mobile
// applications.
func (h *handler) serveAPI(w http.ResponseWriter, r *http.Request, operation string) {
	if r.Method == http.MethodOptions {
		h.preflight(w, r)
		return
	}
	shared := h.shared()
	shared.allow(w, r)
	c := call{&visit{h: h, w: w, r: r}, operation}
	defer func() {
		if p := recover(); p != nil {
			h.logBug(p)
			c.unread()
			c.refuse(http.StatusInternalServerError, signup.InternalError, "", "")
		}
	}()
	if h.reveals() {
		c.unread()
		c.refuse(http.StatusServiceUnavailable, signup.Busy, "", "the configuration of the server must be corrected")
		return
	}
	if _, known := apiMembers[operation]; !known {
		c.unread()
		c.refuse(http.StatusNotFound, signup.InvalidOperation, "", "unknown path")
		return
	}
	access.Route(w, "/api/"+operation)
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", "OPTIONS, POST")
		c.unread()
		c.refuse(http.StatusMethodNotAllowed, signup.InvalidOperation, "", "the method must be POST")
		return
	}
	if err := shared.protection.Check(r); err != nil {
		c.unread()
		c.refuse(http.StatusForbidden, signup.NotAllowed, "", "this origin is not in enrol.public_origins")
		return
	}
	if c.client, c.known = h.clientOf(r); !c.known {
		c.unread()
		c.refuse(http.StatusBadRequest, signup.InvalidInput, "", "the proxy did not send the client address")
		return
	}
	c.serve()
}

// serve runs the operation.
func (c call) serve() {
	body, ok := c.readBody()
	if !ok {
		return
	}
	if c.app, ok = c.appOf(body); !ok {
		c.refuse(http.StatusBadRequest, signup.InvalidInput, "app", "must be a string")
		return
	}
	if retryAfter, ok := c.allowed(c.operation); !ok {
		c.respond(http.StatusTooManyRequests, signup.Response{
			CID: host.NewCID(), Status: signup.StatusError, SubStatus: []signup.Code{signup.RateLimited}, RetryAfter: retryAfter,
		})
		return
	}
	request, ok := c.request(body)
	if !ok {
		return
	}
	response, answer := c.h.engine.Run(c.r.Context(), c.operation, request)
	if response.Fault != "" {
		c.h.logFault(c.visit, c.operation, response)
	}
	access.Outcome(c.w, response.CID, response.SubStatus)
	seen := public(response)
	c.send(statusOf(response.Fault, seen), response.RetryAfter, c.answerOf(seen, answer))
}

// answerOf returns what callers get: a response, to which validate adds how it
// rates the password.
func (c call) answerOf(response signup.Response, answer []byte) json.Marshaler {
	var rated signup.ValidateResponse
	if c.operation != "validate" || json.Unmarshal(answer, &rated) != nil {
		return response
	}
	rated.Response = response
	return rated
}

// readBody reads the members of a body.
func (c call) readBody() (map[string]json.RawMessage, bool) {
	tooLarge := func() {
		c.unread()
		c.refuse(http.StatusRequestEntityTooLarge, signup.InvalidInput, "", "the body has more than "+strconv.Itoa(maxBody)+" bytes")
	}
	if c.r.Header.Get("Content-Encoding") != "" {
		c.unread()
		c.refuse(http.StatusUnsupportedMediaType, signup.InvalidInput, "", "the body must not have a Content-Encoding")
		return nil, false
	}
	if c.r.ContentLength > maxBody {
		tooLarge()
		return nil, false
	}
	data, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, maxBody))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		tooLarge()
		return nil, false
	}
	var body map[string]json.RawMessage
	if err == nil {
		err = signup.CheckJSON(data) // nothing is ambiguous from here on
	}
	if err == nil {
		err = json.Unmarshal(data, &body)
	}
	if err != nil {
		c.refuse(http.StatusBadRequest, signup.InvalidInput, "", "the body is not a JSON object of at most 64 KiB, without repeated names")
		return nil, false
	}
	for _, name := range slices.Sorted(maps.Keys(body)) {
		if name != "app" && !slices.Contains(apiMembers[c.operation], name) {
			c.refuse(http.StatusBadRequest, signup.InvalidInput, name, "is not a known field")
			return nil, false
		}
	}
	return body, true
}

// appOf returns the application of a request.
func (c call) appOf(body map[string]json.RawMessage) (string, bool) {
	app := c.h.engine.Config().Apps.Default
	if raw, given := body["app"]; given {
		var named *string
		if json.Unmarshal(raw, &named) != nil {
			return "", false
		}
		if named != nil && *named != "" {
			app = *named
		}
	}
	return app, true
}

// request turns a body into a request of the core. If that fails, it answers and is
// not ok.
func (c call) request(body map[string]json.RawMessage) ([]byte, bool) {
	request := map[string]json.RawMessage{}
	for name, value := range body {
		if inCore, ok := coreNames[name]; ok {
			name = inCore
		}
		request[name] = value
	}
	set := func(name string, value any) {
		text, err := json.Marshal(value)
		if err != nil {
			panic("page: a value cannot be encoded")
		}
		request[name] = text
	}
	set("current_app", c.app)
	if c.operation == "signup" && isAbsent(body["app_list"]) {
		set("app_list", []string{c.app})
	}
	if keys := c.r.Header.Values(idempotencyHeader); len(keys) > 0 && isAbsent(body["idempotency_key"]) && slices.Contains(apiMembers[c.operation], "idempotency_key") {
		if len(keys) > 1 || !utf8.ValidString(keys[0]) {
			c.refuse(http.StatusBadRequest, signup.InvalidInput, "idempotency_key", "the header "+idempotencyHeader+" must occur once, in UTF-8")
			return nil, false
		}
		set("idempotency_key", keys[0])
	}
	if key, ok := ownKey(request); ok {
		set("idempotency_key", key)
	}
	if address := c.remoteAddr(); address != nil {
		set("remote_addr", address)
	}
	data, err := json.Marshal(request)
	if err != nil {
		panic("page: a request cannot be encoded")
	}
	return data, true
}

// maxOwnKey is the core's bound of an idempotency key, in code points.
const maxOwnKey = 255

// ownKey returns the idempotency key for the core: that of the request together with
// its content, so that clients that choose the same key do not affect each other. It
// is not ok without a key, and for one that the core must refuse.
func ownKey(request map[string]json.RawMessage) (string, bool) {
	var key string
	if json.Unmarshal(request["idempotency_key"], &key) != nil || key == "" || utf8.RuneCountInString(key) > maxOwnKey {
		return "", false
	}
	content := map[string]any{}
	for name, value := range request {
		if name == "idempotency_key" {
			continue
		}
		var read any // the same content, however it is written
		if json.Unmarshal(value, &read) != nil {
			return "", false
		}
		content[name] = read
	}
	text, err := json.Marshal(content)
	return repeatKey(key, text), err == nil
}

// isAbsent reports whether a member is absent or null, which is the same.
func isAbsent(value json.RawMessage) bool { return value == nil || string(value) == "null" }

// public returns what anybody may know of a response. It has no token, and the same
// code for used and unknown tokens.
func public(response signup.Response) signup.Response {
	response.Fault = ""
	codes := slices.Clone(response.SubStatus)
	for i, code := range codes {
		if code == signup.SignupConfirmed {
			codes[i] = signup.NoSuchSignupToken
		}
	}
	response.SubStatus = codes
	for name, inCore := range coreNames {
		if response.Field == inCore {
			response.Field = name
		}
	}
	if response.Field == "" {
		response.Message, _, _ = strings.Cut(response.Message, " at byte ")
	}
	return response
}

// refuse answers a request that did not reach the engine.
func (c call) refuse(status int, code signup.Code, field, message string) {
	c.respond(status, signup.Response{
		CID: host.NewCID(), Status: signup.StatusError, SubStatus: []signup.Code{code}, Field: field, Message: message,
	})
}

// respond answers with a response.
func (c call) respond(status int, response signup.Response) {
	access.Outcome(c.w, response.CID, response.SubStatus)
	c.send(status, response.RetryAfter, response)
}

// send sends an answer. retryAfter is in seconds, 0 for none.
func (c call) send(status, retryAfter int, answer json.Marshaler) {
	body, err := json.Marshal(answer)
	if err != nil {
		panic("page: a response cannot be encoded") // it contains only strings
	}
	if retryAfter == 0 && status == http.StatusServiceUnavailable {
		retryAfter = 1
	}
	if retryAfter > 0 {
		c.w.Header().Set("Retry-After", strconv.Itoa(retryAfter))
	}
	c.write(status, append(body, '\n'))
}

// write sends a text in JSON.
func (c call) write(status int, text []byte) {
	header := c.w.Header()
	website.SetHeaders(header)
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Type", "application/json")
	header.Set("Content-Length", strconv.Itoa(len(text)))
	c.w.WriteHeader(status)
	c.w.Write(text) // an error means that the caller is gone
}
