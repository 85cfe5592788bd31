// Package openapitest checks descriptions and answers against them, with an
// independent validator of JSON Schema. New makes a Checker.
package openapitest

import (
	"bytes"
	_ "embed"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// metaSchema is https://spec.openapis.org/oas/3.1/schema/2022-10-07, the schema of
// descriptions.
//
//go:embed openapi-3.1.json
var metaSchema []byte

const location = "https://enrol.example/openapi.json"

// Checker checks answers against a description.
type Checker struct {
	document map[string]any
	open     *jsonschema.Compiler // accepts members that are not described
	closed   *jsonschema.Compiler
}

// New returns a Checker. It fails the test if the description is not valid.
func New(t *testing.T, description []byte) *Checker {
	t.Helper()
	document := parse(t, description)
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("https://spec.openapis.org/oas/3.1/schema/2022-10-07", parse(t, metaSchema)); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("https://spec.openapis.org/oas/3.1/schema/2022-10-07")
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(document); err != nil {
		t.Fatalf("the description is no OpenAPI 3.1: %v", err)
	}
	c := &Checker{document: document.(map[string]any), open: jsonschema.NewCompiler(), closed: jsonschema.NewCompiler()}
	other := parse(t, description)
	closeAll(other)
	for compiler, document := range map[*jsonschema.Compiler]any{c.open: document, c.closed: other} {
		compiler.AssertFormat()
		if err := compiler.AddResource(location, document); err != nil {
			t.Fatal(err)
		}
	}
	for _, endpoint := range c.Endpoints() {
		c.compileAll(t, endpoint)
	}
	return c
}

// compileAll compiles each schema of an endpoint: one with a mistake fails the test.
func (c *Checker) compileAll(t *testing.T, endpoint string) {
	t.Helper()
	operation := c.operation(endpoint)
	for status := range operation["responses"].(map[string]any) {
		where, response := c.response(endpoint, status)
		content, _ := response["content"].(map[string]any)
		for kind := range content {
			if _, err := c.open.Compile(where + pointer("content", kind, "schema")); err != nil && !strings.Contains(err.Error(), "not found") {
				t.Errorf("%s %s: %v", endpoint, status, err)
			}
		}
	}
}

// closeAll makes objects of a document accept only the members that they describe.
func closeAll(value any) {
	switch value := value.(type) {
	case map[string]any:
		if _, object := value["properties"].(map[string]any); object && value["type"] == "object" {
			value["additionalProperties"] = false
		}
		for _, inner := range value {
			closeAll(inner)
		}
	case []any:
		for _, inner := range value {
			closeAll(inner)
		}
	}
}

func parse(t *testing.T, text []byte) any {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// Endpoints lists what is described, sorted, such as "POST /enrol/get".
func (c *Checker) Endpoints() []string {
	var all []string
	for path, item := range c.document["paths"].(map[string]any) {
		for method := range item.(map[string]any) {
			all = append(all, strings.ToUpper(method)+" "+path)
		}
	}
	slices.Sort(all)
	return all
}

// Request returns an error if a body is not one that an endpoint accepts.
func (c *Checker) Request(endpoint string, body []byte) error {
	method, path, _ := strings.Cut(endpoint, " ")
	schema, err := c.open.Compile(location + "#" + pointer("paths", path, strings.ToLower(method), "requestBody", "content", "application/json", "schema"))
	if err != nil {
		return err
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

// Answer returns an error if an answer is not one that the description has for an
// endpoint. If exact, it must have no member that is not described.
func (c *Checker) Answer(endpoint string, status int, header http.Header, body []byte, exact bool) error {
	if c.operation(endpoint) == nil {
		return fmt.Errorf("%s is not described", endpoint)
	}
	where, response := c.response(endpoint, strconv.Itoa(status))
	if response == nil {
		return fmt.Errorf("%s: the status %d is not described", endpoint, status)
	}
	headers, _ := response["headers"].(map[string]any)
	for name := range headers {
		if header.Get(name) == "" {
			return fmt.Errorf("%s: the answer %d has no %s", endpoint, status, name)
		}
	}
	content, _ := response["content"].(map[string]any)
	if content == nil {
		if len(body) > 0 {
			return fmt.Errorf("%s: the answer %d has a body, and none is described", endpoint, status)
		}
		return nil
	}
	kind, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil || content[kind] == nil && content["*/*"] == nil {
		return fmt.Errorf("%s: the answer %d is %s, and not one of %q", endpoint, status, header.Get("Content-Type"), slices.Sorted(maps.Keys(content)))
	}
	if kind != "application/json" {
		return nil
	}
	compiler := c.open
	if exact {
		compiler = c.closed
	}
	schema, err := compiler.Compile(where + pointer("content", kind, "schema"))
	if err != nil {
		return err
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return err
	}
	if err := schema.Validate(value); err != nil {
		return fmt.Errorf("%s: the answer %d %s: %w", endpoint, status, body, err)
	}
	return nil
}

// operation returns what is described for an endpoint, nil for nothing.
func (c *Checker) operation(endpoint string) map[string]any {
	method, path, _ := strings.Cut(endpoint, " ")
	item, _ := c.document["paths"].(map[string]any)[path].(map[string]any)
	operation, _ := item[strings.ToLower(method)].(map[string]any)
	return operation
}

// response returns an answer of an endpoint, and where it is in the document.
func (c *Checker) response(endpoint, status string) (where string, response map[string]any) {
	method, path, _ := strings.Cut(endpoint, " ")
	responses, _ := c.operation(endpoint)["responses"].(map[string]any)
	response, _ = responses[status].(map[string]any)
	where = location + "#" + pointer("paths", path, strings.ToLower(method), "responses", status)
	if reference, ok := response["$ref"].(string); ok {
		name := strings.TrimPrefix(reference, "#/components/responses/")
		response, _ = c.document["components"].(map[string]any)["responses"].(map[string]any)[name].(map[string]any)
		where = location + reference
	}
	return where, response
}

// Describes reports whether there is an endpoint.
func (c *Checker) Describes(endpoint string) bool { return c.operation(endpoint) != nil }

// Meaning returns what the description says about a status; "" for one that is not
// described.
func (c *Checker) Meaning(endpoint string, status int) string {
	_, response := c.response(endpoint, strconv.Itoa(status))
	text, _ := response["description"].(string)
	return text
}

// pointer returns a JSON pointer.
func pointer(parts ...string) string {
	escape := strings.NewReplacer("~", "~0", "/", "~1")
	var text strings.Builder
	for _, part := range parts {
		text.WriteString("/" + escape.Replace(part))
	}
	return text.String()
}
