package openapi

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/signup"
)

// Refusals are how a handler refuses requests.
type Refusals struct {
	StatusOf func(signup.Code) int // the status of a refusal of the core
	Own      []Refusal
}

// Refusal is a status with which a handler refuses a request by itself.
type Refusal struct {
	Status int
	Code   signup.Code
	When   string // in CommonMark, as in host/docs/codes.md
}

// reasons are what each status means: codes of the core, and own refusals.
func (r Refusals) reasons() map[int][]string {
	reasons := map[int][]string{}
	for _, own := range r.Own {
		reasons[own.Status] = append(reasons[own.Status], fmt.Sprintf("`%s`: %s.", own.Code, own.When))
	}
	for _, code := range slices.Sorted(maps.Keys(meanings)) {
		if strings.HasPrefix(string(code), "W") {
			continue // refuses nothing
		}
		status := r.StatusOf(code)
		reasons[status] = append(reasons[status], fmt.Sprintf("`%s`: %s.", code, meanings[code]))
	}
	return reasons
}

func (r Refusals) meaning(status int) string { return strings.Join(r.reasons()[status], "\n\n") }

// refused is the name of the component for a status.
func refused(status int) string {
	return strings.ReplaceAll(http.StatusText(status), " ", "")
}

func (r Refusals) responses() Object {
	responses := Object{}
	for status := range r.reasons() {
		responses[refused(status)] = r.response(status, Reference("schemas", "Refusal"))
	}
	return responses
}

// headers are the headers of answers by status.
var headers = map[int]string{
	http.StatusUnauthorized:       "WWW-Authenticate",
	http.StatusMethodNotAllowed:   "Allow",
	http.StatusTooManyRequests:    "Retry-After",
	http.StatusServiceUnavailable: "Retry-After",
}

func (r Refusals) response(status int, schema Object) Object {
	response := Object{"description": r.meaning(status), "content": JSON(schema)}
	if name, ok := headers[status]; ok {
		kind := "string"
		if name == "Retry-After" {
			kind = "integer"
		}
		response["headers"] = Object{name: Object{"required": true, "schema": Object{"type": kind}}}
	}
	return response
}

// schemas are what all refusals share.
func (r Refusals) schemas() Object {
	codes := []Object{}
	for _, code := range slices.Sorted(maps.Keys(meanings)) {
		codes = append(codes, Object{"const": code, "description": meanings[code] + "."})
	}
	codes = append(codes, Object{"pattern": "^[EW][0-9]{6}$", "description": "A code of a validation service."})
	refusal, _ := signup.Describe("resend") // whose answers have nothing else
	return Object{
		"Code":    Object{"type": "string", "anyOf": codes, "description": "A status code, the same as in Zato SSO, except E901001 and above."},
		"Refusal": Written(refusal.Refusal, signup.StatusError),
	}
}
