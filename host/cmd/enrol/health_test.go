package main

import (
	"net/http"
	"testing"
)

// health requests one of the paths for supervisors.
func health(t *testing.T, address, path string) (status int, text string) {
	t.Helper()
	response, err := http.Get("http://" + address + path)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var body [1 << 10]byte
	n, _ := response.Body.Read(body[:])
	return response.StatusCode, string(body[:n])
}
