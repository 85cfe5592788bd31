package kv_test

import (
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
)

func TestErrorsNameTheLimitThatIsExceeded(t *testing.T) {
	longKey := strings.Repeat("k", kv.MaxKeyBytes+1)
	longValue := strings.Repeat("v", kv.MaxValueBytes+1)
	fullValue := longValue[1:]
	batch := func(b kv.Batch) func() error { return func() error { return kv.CheckBatch(b) } }
	for _, c := range []struct {
		want  string
		check func() error
	}{
		{"11 keys in a get", func() error { return kv.CheckKeys(make([]string, kv.MaxGetKeys+1)) }},
		{"key 1 has an empty key", func() error { return kv.CheckKeys([]string{"a", ""}) }},
		{"key 0 has a key longer than 1024", func() error { return kv.CheckKeys([]string{longKey}) }},
		{"key 0 has a key that is not UTF-8", func() error { return kv.CheckKeys([]string{"a\xff"}) }},
		{"key 0 has a key with a NUL", func() error { return kv.CheckKeys([]string{"a\x00b"}) }},
		{"negative", func() error { return kv.CheckScan(-1) }},
		{"1001 entries in a scan", func() error { return kv.CheckScan(kv.MaxScanLimit + 1) }},
		{"11 checks", batch(kv.Batch{Checks: make([]kv.Check, kv.MaxChecks+1)})},
		{"41 changes", batch(kv.Batch{Puts: make([]kv.Put, 20), Deletes: make([]string, 21)})},
		{"check 0 has an empty key", batch(kv.Batch{Checks: []kv.Check{{}}})},
		{"put 0 has an empty key", batch(kv.Batch{Puts: []kv.Put{{}}})},
		{"put 1 changes a key", batch(kv.Batch{Puts: []kv.Put{{Key: "a"}, {Key: "a"}}})},
		{"delete 0 changes a key", batch(kv.Batch{Puts: []kv.Put{{Key: "a"}}, Deletes: []string{"a"}})},
		{"delete 1 changes a key", batch(kv.Batch{Deletes: []string{"a", "a"}})},
		{"put 0 has a value longer than 65536", batch(kv.Batch{Puts: []kv.Put{{Key: "a", Data: longValue}}})},
		{"put 0 has a value that is not UTF-8", batch(kv.Batch{Puts: []kv.Put{{Key: "a", Data: "\xc0\x80"}}})},
		{"262148 bytes in a commit", batch(kv.Batch{Puts: []kv.Put{
			{Key: "a", Data: fullValue}, {Key: "b", Data: fullValue}, {Key: "c", Data: fullValue}, {Key: "d", Data: fullValue},
		}})},
	} {
		err := c.check()
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want an error that says %q", err, c.want)
		}
	}
}

func TestCallsAtTheLimitsAreAccepted(t *testing.T) {
	keys := make([]string, kv.MaxGetKeys)
	checks := make([]kv.Check, kv.MaxChecks)
	for i := range keys {
		keys[i] = strings.Repeat("k", kv.MaxKeyBytes)
		checks[i].Key = "same" // a key may be checked and changed, and checked twice
	}
	batch := kv.Batch{
		Checks: checks,
		Puts:   []kv.Put{{Key: "same", Data: strings.Repeat("v", kv.MaxValueBytes)}},
	}
	for _, err := range []error{kv.CheckKeys(keys), kv.CheckScan(kv.MaxScanLimit), kv.CheckScan(0), kv.CheckBatch(batch)} {
		if err != nil {
			t.Error(err)
		}
	}
}
