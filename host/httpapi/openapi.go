package httpapi

import (
	"net/http"
	"slices"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/host/internal/openapi"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/ssoconf"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// refusals are the statuses with which the front refuses a request by itself.
var refusals = []openapi.Refusal{
	{Status: http.StatusBadRequest, Code: signup.InvalidInput, When: "The body, the query or a header is malformed, or the request has two lengths"},
	{Status: http.StatusUnauthorized, Code: signup.NotAllowed, When: "The API key is missing or wrong"},
	{Status: http.StatusForbidden, Code: signup.NotAllowed, When: "Without an API key: a page of another origin or a proxy sent the request"},
	{Status: http.StatusForbidden, Code: signup.SuperUserRequired, When: "The path is below `/enrol/`, and the key is not that of a super-user"},
	{Status: http.StatusNotFound, Code: signup.InvalidOperation, When: "The path is unknown"},
	{Status: http.StatusMethodNotAllowed, Code: signup.InvalidOperation, When: "The path does not have this method; `Allow` lists those it has"},
	{Status: http.StatusRequestEntityTooLarge, Code: signup.InvalidInput, When: "The body has more than 65,536 bytes"},
	{Status: http.StatusUnsupportedMediaType, Code: signup.InvalidInput, When: "The body has a Content-Encoding"},
	{Status: http.StatusMisdirectedRequest, Code: signup.NotAllowed, When: "Without an API key: the Host header names another machine"},
	{Status: http.StatusInternalServerError, Code: signup.InternalError, When: "A bug"},
	{Status: http.StatusServiceUnavailable, Code: signup.Busy, When: "The server has no free connection, or a health check failed"},
}

// The keys that open an endpoint, as schemes of the description.
const (
	callerScheme    = "caller"
	superUserScheme = "super_user"
	metricsScheme   = "metrics"
)

// describe answers with the description of what the handler serves.
func (h *handler) describe(r *http.Request) answer {
	if r.Method != http.MethodGet {
		return methodNotAllowed([]string{http.MethodGet}).unread(r)
	}
	d := description{config: h.engine.Config(), keys: h.keys != nil}
	return answer{status: http.StatusOK, body: d.document(h)}.unread(r)
}

// description is what the description of a handler depends on.
type description struct {
	config *ssoconf.Config
	keys   bool // callers need keys
}

func (d *description) document(h *handler) []byte {
	var endpoints []openapi.Endpoint
	for path, route := range routes {
		for method, served := range route.serve {
			e := served.describe(d)
			e.Path, e.Method = path, method
			endpoints = append(endpoints, e)
		}
	}
	for _, operation := range host.OperatorOperations() {
		e := d.operator(operation)
		e.Path, e.Method = OperatorPath+operation, http.MethodPost
		endpoints = append(endpoints, e)
	}
	own := d.itself()
	own.Path, own.Method = openapi.Path, http.MethodGet
	endpoints = append(endpoints, own)
	if h.metrics.handler != nil {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			e := d.metrics()
			e.Path, e.Method = MetricsPath, method
			endpoints = append(endpoints, e)
		}
	}
	return openapi.Document(openapi.Interface{
		Title:   "Enrol for applications and super-users",
		Version: h.version,
		Schemes: map[string]string{
			callerScheme:    "A key of ENROL_API_KEY. A server without one needs no key from programs on its machine.",
			superUserScheme: "A key of ENROL_SUPER_API_KEY.",
			metricsScheme:   "A key of ENROL_METRICS_KEY.",
		},
		Endpoints: endpoints,
		Refusals: openapi.Refusals{Own: refusals, StatusOf: func(code signup.Code) int {
			return StatusOf(signup.Response{Status: signup.StatusError, SubStatus: []signup.Code{code}})
		}},
	})
}

// Statuses that an endpoint can have: of every request, and of those with a body.
var (
	alwaysRefused = []int{
		http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusMisdirectedRequest,
		http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable,
	}
	bodyRefused = append(slices.Clone(alwaysRefused), http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
)

// operate is an endpoint that runs an operation on a body.
func (d *description) operate(operation string) openapi.Endpoint {
	e := d.of(operation, d.config.Enrol.UnknownFields != ssoconf.IgnoreUnknown)
	if d.config.Apps.HTTPHeader != "" {
		e.Parameters = append(e.Parameters, header(d.config.Apps.HTTPHeader, "The default of `current_app`."))
	}
	if slices.Contains(repeatable, operation) {
		e.Parameters = append(e.Parameters, header(idempotencyHeader, "The default of `idempotency_key`."))
	}
	if !slices.Contains(forSuperUsers, operation) {
		e.Schemes = d.schemes(callerScheme, superUserScheme)
	}
	return e
}

// operator is an endpoint below OperatorPath.
func (d *description) operator(operation string) openapi.Endpoint { return d.of(operation, true) }

// of is an endpoint for an operation, for super-users.
func (d *description) of(operation string, closed bool) openapi.Endpoint {
	of := described(operation)
	for _, request := range of.Requests {
		request.Remove(ownMembers...)
	}
	e := openapi.Endpoint{
		Summary: of.Summary,
		Schemes: []string{superUserScheme},
		Body:    openapi.JSON(openapi.Request(of.Requests, closed)),
		Answers: answered(of.Answer),
		Refused: bodyRefused,
	}
	if operation == "validate" {
		e.Refusal = openapi.Written(of.Refusal, signup.StatusError)
	}
	if slices.Contains(repeatable, operation) {
		e.Refused = append(slices.Clone(bodyRefused), http.StatusConflict)
	}
	return e
}

// described describes an operation. One that is not described is a mistake that tests
// find.
func described(operation string) signup.Description {
	of, ok := host.DescribeOperation(operation)
	if !ok {
		panic("httpapi: " + operation + " is not in described of signup/describe.go, and has no describe in host/operate.go")
	}
	return of
}

// answered is an answer of the core to a request that succeeds.
func answered(shape *strictjson.Shape) map[int]openapi.Answer {
	return map[int]openapi.Answer{http.StatusOK: {Meaning: "It succeeded.", Content: openapi.JSON(openapi.Written(shape, signup.StatusOK))}}
}

// pending describes the list of accounts that wait.
func (d *description) pending() openapi.Endpoint {
	of := described("pending")
	e := openapi.Endpoint{Summary: of.Summary, Schemes: []string{superUserScheme}, Refused: alwaysRefused}
	members := openapi.Members(of.Requests[0])
	for _, name := range pendingParameters {
		e.Parameters = append(e.Parameters, openapi.Object{
			"name": name, "in": "query", "required": of.Requests[0].Find(name).Required, "schema": members[name],
		})
	}
	of.Answer.Find("users").Shape.Items.Find("sign_up_time").Shape.Time = false // see listing
	e.Answers = answered(of.Answer)
	return e
}

// alive is /healthz.
func (d *description) alive() openapi.Endpoint {
	return d.health("Report whether the process must be restarted", strictjson.Describe(new(identity).members))
}

// ready is /readyz.
func (d *description) ready() openapi.Endpoint {
	return d.health("Report whether sign-ups can be served", described("resend").Answer)
}

func (d *description) health(summary string, shape *strictjson.Shape) openapi.Endpoint {
	return openapi.Endpoint{Summary: summary, Answers: answered(shape), Refused: alwaysRefused}
}

// metrics is MetricsPath.
func (d *description) metrics() openapi.Endpoint {
	return openapi.Endpoint{
		Summary: "Show metrics in the format of Prometheus",
		Schemes: d.schemes(metricsScheme, superUserScheme),
		Answers: map[int]openapi.Answer{http.StatusOK: {Meaning: "The metrics.", Content: openapi.Object{"text/plain": openapi.Object{}}}},
		Refused: alwaysRefused,
	}
}

// itself is the description.
func (d *description) itself() openapi.Endpoint {
	return openapi.Endpoint{
		Summary: "Describe all paths",
		Schemes: d.schemes(callerScheme, superUserScheme),
		Answers: map[int]openapi.Answer{http.StatusOK: {Meaning: "The description.", Content: openapi.JSON(openapi.Object{"type": "object"})}},
		Refused: alwaysRefused,
	}
}

// schemes are the schemes of an endpoint that needs a key only if others do.
func (d *description) schemes(names ...string) []string {
	if !d.keys {
		return nil
	}
	return names
}

// header is a header that sets a default.
func header(name, meaning string) openapi.Object {
	return openapi.Object{"name": name, "in": "header", "description": meaning, "schema": openapi.Object{"type": "string"}}
}
