package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
)

// A command that reads the content slowly, or not at all, does not keep its server
// from stopping.
func TestSlowReaderOfTheContentDoesNotDelayTheStop(t *testing.T) {
	h := newWorkdir(t)
	var requests strings.Builder
	for n := range 400 { // more than the buffers of a socket hold
		requests.WriteString(request(fmt.Sprint("user", n)))
	}
	h.fast(requests.String(), "signup").want(exitOK)
	p, _ := h.serve("--conf", "sso.conf")
	var conn net.Conn
	err := inReach(h.path("data.sock"), func(name string) (err error) {
		conn, err = net.Dial("unix", name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET "+snapshotPath+" HTTP/1.1\r\nHost: enrol\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(conn).ReadString('\n'); err != nil || !strings.Contains(line, "200") {
		t.Fatalf("%q %v", line, err)
	}
	p.signal(syscall.SIGTERM)
	end := p.wait().want(exitOK)
	if !strings.Contains(end.stderr, `level=INFO msg="the content of the store was not sent"`) || strings.Contains(end.stderr, "level=ERROR") {
		t.Errorf("the log has %s", end.stderr)
	}
}
