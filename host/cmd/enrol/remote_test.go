package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A server says 503 for several reasons, and only some are in its log.
func TestAnswersOfABusyServerAreExplained(t *testing.T) {
	for body, want := range map[string]string{
		`{"cid":"c1","status":"error","sub_status":["E901002"]}`:                                    "answered 503: its log has the reason under cid=c1",
		`{"cid":"c1","status":"error","sub_status":["E901002"],"fault":"the disk is full"}`:         "the disk is full",
		`{"cid":"c1","status":"error","sub_status":["E901002"],"message":"the server has no room"}`: "answered 503: the server has no room",
		`{"cid":"c1","status":"error","sub_status":["E901002"],"retry_after":3}`:                    "",
		`<html><body>Service Unavailable</body></html>`:                                             "of status 503, is not one of Enrol",
		`{"cid":"c1","status":"ok"` + strings.Repeat(" ", maxAnswer):                                "of status 503, is not one of Enrol",
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusServiceUnavailable)
			io.WriteString(w, body)
		}))
		response, _ := newRemote(server.URL, server.URL, &http.Transport{}).run("get", []byte("{}"))
		if !strings.Contains(response.Fault, want) || want == "" && response.Fault != "" {
			t.Errorf("%.90s: %q", body, response.Fault)
		}
		server.Close()
	}
}
