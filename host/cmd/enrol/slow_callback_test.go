package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// A callback service that answers after 20 seconds does not delay the end of
// the server: the call is given up after a second, and made again by the next
// server.
func TestSlowCallbackDoesNotDelayTheEnd(t *testing.T) {
	h := newWorkdir(t)
	called, released := make(chan string, 10), make(chan struct{})
	slow := atomic.Bool{}
	slow.Store(true)
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		called <- r.Header.Get("webhook-id")
		if slow.Load() {
			select {
			case <-time.After(20 * time.Second):
			case <-released:
			}
		}
	}))
	defer service.Close()
	defer close(released)
	await := func() string {
		t.Helper()
		select {
		case event := <-called:
			return event
		case <-time.After(30 * time.Second):
			t.Fatal("the callback service is not called")
			return ""
		}
	}
	h.write("sso.conf", strings.Replace(fastConf, "[signup]\n", "[signup]\ncallback_service_list="+service.URL+"\n", 1), 0o644)
	p, address := h.serve("--conf", "sso.conf")
	status, signed, err := post(address, signupPath, flat("ada"))
	if status != 200 || err != nil {
		t.Fatalf("%d %v", status, err)
	}
	first := await()
	began := time.Now()
	p.signal(syscall.SIGTERM)
	p.wait().want(exitOK, "msg=stopped")
	if took := time.Since(began); took > 5*time.Second { // a second, on a machine with nothing else to do
		t.Errorf("the end took %v", took)
	}

	slow.Store(false)
	p, address = h.serve("--conf", "sso.conf")
	if again := await(); again != first {
		t.Errorf("the next server sends event %s, the one before sent %s", again, first)
	}
	if status, _, err := post(address, signupPath+"/confirm", `{"confirm_token":"`+signed.ConfirmToken+`"}`); status != 200 || err != nil {
		t.Errorf("confirm: %d %v", status, err)
	}
	p.signal(syscall.SIGTERM)
	p.wait().want(exitOK, "msg=stopped")
}
