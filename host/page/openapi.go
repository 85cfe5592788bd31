package page

import (
	"net/http"
	"slices"
	"sync"

	"github.com/enrol-sso/enrol/host/internal/access"
	"github.com/enrol-sso/enrol/host/internal/openapi"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// describe answers with the description of what the handler serves.
func (h *handler) describe(w http.ResponseWriter, r *http.Request) {
	access.Route(w, openapi.Path)
	c := call{visit: &visit{h: h, w: w, r: r}}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		c.unread()
		c.refuse(http.StatusMethodNotAllowed, signup.InvalidOperation, "", "the method must be GET or HEAD")
		return
	}
	c.write(http.StatusOK, description())
}

// description is the same for every configuration.
var description = sync.OnceValue(func() []byte {
	var endpoints []openapi.Endpoint
	for path, page := range pages {
		for method, e := range page {
			endpoints = append(endpoints, pageEndpoint(path, method, e))
		}
	}
	for operation := range apiMembers {
		endpoints = append(endpoints, apiEndpoint(operation), preflightEndpoint(operation))
	}
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		endpoints = append(endpoints, openapi.Endpoint{
			Path: openapi.Path, Method: method, Summary: "Describe all paths",
			Answers: map[int]openapi.Answer{http.StatusOK: {Meaning: "The description.", Content: openapi.JSON(openapi.Object{"type": "object"})}},
		}, openapi.Endpoint{
			Path: healthPath, Method: method, Summary: "Report whether the process must be restarted",
			Answers: answers(plain, http.StatusOK, http.StatusServiceUnavailable),
		}, openapi.Endpoint{
			Path: "/assets/{name}", Method: method, Summary: "Show a file of the pages",
			Parameters: []openapi.Object{{"name": "name", "in": "path", "required": true, "schema": openapi.Object{"type": "string", "pattern": "^[A-Za-z0-9_.-]+$"}}},
			Answers: map[int]openapi.Answer{
				http.StatusOK:          {Meaning: "The file.", Content: openapi.Object{"*/*": openapi.Object{}}},
				http.StatusNotModified: {Meaning: "The caller has it."},
				http.StatusNotFound:    {Meaning: "There is no such file.", Content: html},
			},
		})
	}
	return openapi.Document(openapi.Interface{
		Title:     "Enrol's public pages and JSON API",
		Endpoints: endpoints,
		Refusals: openapi.Refusals{Own: refusals, StatusOf: func(code signup.Code) int {
			return statusOf("", signup.Response{Status: signup.StatusError, SubStatus: []signup.Code{code}})
		}},
	})
})

// Contents of answers.
var (
	html  = openapi.Object{"text/html": openapi.Object{"schema": openapi.Object{"type": "string"}}}
	plain = openapi.Object{"text/plain": openapi.Object{"schema": openapi.Object{"type": "string"}}}
)

// refusals are the statuses with which the JSON API refuses a request by itself.
var refusals = []openapi.Refusal{
	{Status: http.StatusBadRequest, Code: signup.InvalidInput, When: "The body or a header is malformed, or the proxy did not send the client address"},
	{Status: http.StatusForbidden, Code: signup.NotAllowed, When: "The request comes from an origin that is not in `enrol.public_origins`"},
	{Status: http.StatusRequestEntityTooLarge, Code: signup.InvalidInput, When: "The body has more than 65,536 bytes"},
	{Status: http.StatusUnsupportedMediaType, Code: signup.InvalidInput, When: "The body has a Content-Encoding"},
	{Status: http.StatusServiceUnavailable, Code: signup.Busy, When: "The configuration of the server must be corrected"},
}

// apiRefused are the statuses of the JSON API.
var apiRefused = []int{
	http.StatusBadRequest, http.StatusForbidden, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType,
	http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable,
}

// apiEndpoint is an operation of the JSON API.
func apiEndpoint(operation string) openapi.Endpoint {
	of, ok := signup.Describe(operation)
	if !ok {
		panic("page: " + operation + " is not in described of signup/describe.go")
	}
	e := openapi.Endpoint{
		Path: "/api/" + operation, Method: http.MethodPost, Summary: of.Summary,
		Body:    openapi.JSON(openapi.Request([]*strictjson.Shape{apiShape(operation, of.Requests[0])}, true)),
		Refused: apiRefused,
	}
	if slices.Contains(apiMembers[operation], "idempotency_key") {
		e.Parameters = []openapi.Object{{
			"name": idempotencyHeader, "in": "header", "description": "The default of `idempotency_key`.", "schema": openapi.Object{"type": "string"},
		}}
	}
	answer := of.Refusal // whose members are all that anybody learns, besides the rating of a password
	if operation == "validate" {
		answer, e.Refusal = of.Answer, openapi.Written(of.Refusal, signup.StatusError)
	}
	e.Answers = map[int]openapi.Answer{
		http.StatusOK: {Meaning: "It succeeded, or nobody may learn that it did not.", Content: openapi.JSON(openapi.Written(answer, signup.StatusOK))},
	}
	return e
}

// apiShape is the shape of a body of the JSON API, for a request of the core.
func apiShape(operation string, request *strictjson.Shape) *strictjson.Shape {
	shape := &strictjson.Shape{Kind: strictjson.KindObject, Either: request.Either}
	for _, name := range append([]string{"app"}, apiMembers[operation]...) {
		inCore := name
		if other, ok := coreNames[name]; ok {
			inCore = other
		}
		member := *request.Find(inCore)
		member.Name = name
		if name == "app_list" {
			member.Required = false // its default is app
		}
		shape.Members = append(shape.Members, member)
	}
	return shape
}

// preflightEndpoint is what browsers ask before a request of another origin.
func preflightEndpoint(operation string) openapi.Endpoint {
	return openapi.Endpoint{
		Path: "/api/" + operation, Method: http.MethodOptions, Summary: "Report whether pages of an origin may send requests",
		Answers: map[int]openapi.Answer{http.StatusNoContent: {Meaning: "The headers of CORS say so."}},
	}
}

// pageEndpoint is a page.
func pageEndpoint(path, method string, of endpoint) openapi.Endpoint {
	e := openapi.Endpoint{Path: path, Method: method, Summary: of.summary, Parameters: []openapi.Object{
		{"name": "app", "in": "query", "description": "The application.", "schema": openapi.Object{"type": "string"}},
		{"name": "lang", "in": "query", "description": "The language, such as `pt-BR`.", "schema": openapi.Object{"type": "string"}},
		{"name": "next", "in": "query", "description": "Where to go on after confirming.", "schema": openapi.Object{"type": "string"}},
	}}
	if method == http.MethodPost {
		fields := openapi.Object{}
		for _, name := range of.fields {
			fields[name] = openapi.Object{"type": "string"}
		}
		e.Body = openapi.Object{"application/x-www-form-urlencoded": openapi.Object{"schema": openapi.Object{"type": "object", "properties": fields}}}
		e.Answers = answers(html, http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound, http.StatusRequestEntityTooLarge,
			http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity, http.StatusTooManyRequests,
			http.StatusInternalServerError, http.StatusServiceUnavailable)
	} else {
		e.Answers = answers(html, http.StatusOK, http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound, http.StatusInternalServerError, http.StatusServiceUnavailable)
	}
	switch {
	case path == "/rules":
		e.Answers[http.StatusOK] = openapi.Answer{Meaning: http.StatusText(http.StatusOK), Content: openapi.JSON(rulesSchema())}
	case path == "/":
		delete(e.Answers, http.StatusOK)
		fallthrough
	case method == http.MethodPost:
		e.Answers[http.StatusSeeOther] = openapi.Answer{Meaning: "The page to go on to."}
	}
	return e
}

// rulesSchema is the schema of clientRules.
func rulesSchema() openapi.Object {
	text := openapi.Object{"type": "string"}
	texts := openapi.Object{"type": "object", "additionalProperties": text}
	return openapi.Object{
		"type":       "object",
		"properties": openapi.Object{"app": text, "conf": text, "codes": texts, "strength": texts},
		"required":   []string{"app", "codes", "conf", "strength"},
	}
}

// answers are answers with the same content.
func answers(content openapi.Object, statuses ...int) map[int]openapi.Answer {
	all := map[int]openapi.Answer{}
	for _, status := range statuses {
		all[status] = openapi.Answer{Meaning: http.StatusText(status), Content: content}
	}
	return all
}
