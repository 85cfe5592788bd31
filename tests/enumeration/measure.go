package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"regexp"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// sample is the kind of a request, the time of its answer, and the kind of the
// previous request.
type sample struct {
	kind, before kind
	seconds      float64
}

// measure sends the requests in order, each caller the next one. It fails
// unless all answers are equal.
func measure(url string, probes []probe, s settings) ([]sample, error) {
	samples := make([]sample, len(probes))
	shapes := make([]string, len(probes))
	errs := make([]error, s.callers)
	var next atomic.Int64
	var all sync.WaitGroup
	runtime.GC()
	for caller := range s.callers {
		all.Go(func() {
			client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
			defer client.CloseIdleConnections()
			for errs[caller] == nil {
				i := int(next.Add(1)) - 1
				if i >= len(probes) {
					return
				}
				samples[i] = sample{kind: probes[i].kind, before: probes[max(i-1, 0)].kind}
				samples[i].seconds, shapes[i], errs[caller] = ask(client, url, s.operation, probes[i].body)
			}
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	for i, shape := range shapes {
		if shape != shapes[0] {
			return nil, fmt.Errorf("%s is answered by %q, others by %q", s.operation.names[probes[i].kind], shape, shapes[0])
		}
	}
	fmt.Printf("%d answers are alike: %s\n", len(probes), shapes[0])
	return samples[s.warmUp:], nil
}

// ask sends a request and returns the time and the shape of the answer.
func ask(client *http.Client, url string, o operation, body []byte) (seconds float64, shape string, err error) {
	began := time.Now()
	response, err := client.Post(url+o.path, "application/json", bytes.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	answer, err := io.ReadAll(response.Body)
	seconds = time.Since(began).Seconds()
	response.Body.Close()
	if err != nil {
		return 0, "", err
	}
	if response.StatusCode != o.status {
		return 0, "", fmt.Errorf("HTTP status %d: %s", response.StatusCode, answer)
	}
	return seconds, shapeOf(response, answer), nil
}

// drawn are the random parts of an answer.
var drawn = regexp.MustCompile(`("cid":")[0-9a-f]{24}"|("confirm_token":")[A-Za-z0-9_-]{32}"`)

// shapeOf returns an answer without random parts: the status, the length, the
// names of the headers, and the body.
func shapeOf(response *http.Response, body []byte) string {
	shape := drawn.ReplaceAllString(string(body), `$1$2…"`)
	headers := slices.Sorted(maps.Keys(response.Header))
	return fmt.Sprintf("%d %v %d bytes %s", response.StatusCode, headers, len(body), shape)
}
