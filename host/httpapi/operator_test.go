package httpapi_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/signup"
)

// eachOperation calls a function with every operation of operators and what posts a
// request to it: over TCP with the key of a super-user, and on a socket.
func eachOperation(t *testing.T, engine httpapi.Engine, check func(name string, post func(body string) reply)) {
	t.Helper()
	f := serve(t, engine, httpapi.Options{APIKey: apiKey, SuperAPIKey: superKey}, nil)
	socket := httpapi.NewOperator(engine, slog.New(slog.DiscardHandler))
	for _, operation := range host.OperatorOperations() {
		path := httpapi.OperatorPath + operation
		check("over TCP, "+operation, func(body string) reply { return f.send("POST", path, body, asSuperUser...) })
		check("on the socket, "+operation, func(body string) reply {
			recorder := httptest.NewRecorder()
			request := httptest.NewRequest("POST", path, strings.NewReader(body))
			request.RemoteAddr = "uid:1000"
			socket.ServeHTTP(recorder, request)
			return read(t, recorder.Result(), "POST")
		})
	}
}

// TestRefusalOfAnOperationIsSentInFull expects the members that only one operation
// has, also when it refuses.
func TestRefusalOfAnOperationIsSentInFull(t *testing.T) {
	const text = `{"cid":"c","status":"error","sub_status":["E008002"],"more":{"of":"it"}}`
	refusing := fake{run: func(context.Context, string, []byte) (signup.Response, []byte) {
		return signup.Response{CID: "c", Status: signup.StatusError, SubStatus: []signup.Code{signup.InvalidInput}}, []byte(text)
	}}
	eachOperation(t, refusing, func(name string, post func(string) reply) {
		if r := post("{}"); r.status != http.StatusBadRequest || strings.TrimSpace(r.text) != text {
			t.Errorf("%s: %d %s", name, r.status, r.text)
		}
	})
	engine, _ := newEngine(t, fastConf)
	eachOperation(t, engine, func(name string, post func(string) reply) {
		if !strings.HasSuffix(name, " validate") {
			return
		}
		if r := post(`{"username":"a b","password":"correct horse","app_list":["CRM"]}`); r.OK() || !strings.Contains(r.text, `"strength":{"score":`) {
			t.Errorf("%s: %d %s", name, r.status, r.text)
		}
	})
}

// TestBusyOperationSaysWhenToRetry expects the header on each way to the operations.
func TestBusyOperationSaysWhenToRetry(t *testing.T) {
	for seconds, want := range map[int]string{0: "1", 7: "7"} {
		busy := answering(signup.Response{CID: "c", Status: signup.StatusError, SubStatus: []signup.Code{signup.Busy}, RetryAfter: seconds})
		eachOperation(t, busy, func(name string, post func(string) reply) {
			if r := post("{}"); r.status != http.StatusServiceUnavailable || r.header.Get("Retry-After") != want {
				t.Errorf("%s: %d, Retry-After is %q", name, r.status, r.header.Get("Retry-After"))
			}
		})
	}
}
