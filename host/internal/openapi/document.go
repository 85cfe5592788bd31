// Package openapi makes OpenAPI 3.1 descriptions of the HTTP interfaces, from what
// the core declares of its requests and answers, and from the tables of the handlers.
// Document is the entry point.
package openapi

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Path is where handlers serve their descriptions.
const Path = "/openapi.json"

// Interface is what a handler serves.
type Interface struct {
	Title     string
	Version   string            // of the program, "" if unknown
	Schemes   map[string]string // the keys that callers send, with their meanings
	Endpoints []Endpoint
	Refusals  Refusals
}

// Endpoint is a path with a method.
type Endpoint struct {
	Path, Method string
	Summary      string
	Schemes      []string // each of which opens it; none if it is open to all
	Parameters   []Object
	Body         Object // the content of a request, nil for none
	Answers      map[int]Answer
	Refused      []int  // the statuses of Interface.Refusals that it can have
	Refusal      Object // the schema of a refusal, if it has more members than others
}

// Answer is an answer that is no refusal, or one of a page.
type Answer struct {
	Meaning string
	Content Object // nil for none
}

// JSON is the content of a JSON body.
func JSON(schema Object) Object { return Object{"application/json": Object{"schema": schema}} }

// Document returns the description as JSON.
func Document(i Interface) []byte {
	paths := map[string]Object{}
	for _, e := range i.Endpoints {
		if paths[e.Path] == nil {
			paths[e.Path] = Object{}
		}
		paths[e.Path][strings.ToLower(e.Method)] = e.operation(i.Refusals)
	}
	components := Object{"schemas": i.Refusals.schemas(), "responses": i.Refusals.responses()}
	if len(i.Schemes) > 0 {
		schemes := Object{}
		for name, meaning := range i.Schemes {
			schemes[name] = Object{"type": "http", "scheme": "bearer", "description": meaning}
		}
		components["securitySchemes"] = schemes
	}
	text, err := json.Marshal(Object{
		"openapi":    "3.1.0",
		"info":       Object{"title": i.Title, "version": cmp.Or(i.Version, "unknown")},
		"servers":    []Object{{"url": "./"}}, // relative to the document
		"paths":      paths,
		"components": components,
	})
	if err != nil {
		panic("openapi: a description cannot be encoded") // it has only texts and numbers
	}
	return text
}

func (e Endpoint) operation(refusals Refusals) Object {
	operation := Object{"summary": e.Summary, "operationId": e.id()}
	security := []Object{}
	for _, scheme := range e.Schemes {
		security = append(security, Object{scheme: []string{}})
	}
	operation["security"] = security
	if len(e.Parameters) > 0 {
		operation["parameters"] = e.Parameters
	}
	if e.Body != nil {
		operation["requestBody"] = Object{"required": true, "content": e.Body}
	}
	responses := Object{}
	for status, answer := range e.Answers {
		response := Object{"description": answer.Meaning}
		if answer.Content != nil && e.Method != http.MethodHead {
			response["content"] = answer.Content
		}
		responses[strconv.Itoa(status)] = response
	}
	for _, status := range e.Refused {
		switch {
		case e.Method == http.MethodHead:
			responses[strconv.Itoa(status)] = Object{"description": refusals.meaning(status)}
		case e.Refusal != nil:
			responses[strconv.Itoa(status)] = refusals.response(status, e.Refusal)
		default:
			responses[strconv.Itoa(status)] = Reference("responses", refused(status))
		}
	}
	operation["responses"] = responses
	return operation
}

// id is a name of the operation for programs: post_enrol_get for POST /enrol/get.
func (e Endpoint) id() string {
	words := strings.FieldsFunc(e.Path, func(r rune) bool { return strings.ContainsRune("/{}.", r) })
	return strings.Join(slices.Concat([]string{strings.ToLower(e.Method)}, words), "_")
}

// Statuses lists the statuses of refusals, sorted.
func (r Refusals) Statuses() []int { return slices.Sorted(maps.Keys(r.reasons())) }
