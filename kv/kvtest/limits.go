package kvtest

import (
	"fmt"
	"strings"

	"github.com/enrol-sso/enrol/kv"
)

func limitsCanBeMet(s subject) {
	const largest = 3 // values of the maximum length fit into one batch with 40 keys
	value := strings.Repeat("v", kv.MaxValueBytes)
	var full kv.Batch
	size := 0
	for i := range kv.MaxChanges {
		put := kv.Put{Key: longKey(i), Data: "small"}
		if i < largest {
			put.Data = value
		}
		size += len(put.Key) + len(put.Data)
		full.Puts = append(full.Puts, put)
	}
	last := &full.Puts[largest]
	for i := range kv.MaxChecks {
		full.Checks = append(full.Checks, kv.Check{Key: longKey(i)})
		size += kv.MaxKeyBytes
	}
	last.Data = strings.Repeat("w", kv.MaxBatchBytes-size+len(last.Data))
	s.commit(full)

	var keys []string
	for _, put := range full.Puts[:kv.MaxGetKeys] {
		keys = append(keys, put.Key)
	}
	for i, got := range s.get(keys...) {
		if got.Data != full.Puts[i].Data {
			s.Errorf("value %d of %d bytes did not come back as it was", i, len(full.Puts[i].Data))
		}
	}
	s.refuse(full)

	for n := kv.MaxChanges; n < kv.MaxScanLimit; n += kv.MaxChanges {
		var more kv.Batch
		for i := range kv.MaxChanges {
			more.Puts = append(more.Puts, kv.Put{Key: fmt.Sprintf("more/%d", n+i)})
		}
		s.commit(more)
	}
	if got := len(s.scan("", "", kv.MaxScanLimit)); got != kv.MaxScanLimit {
		s.Errorf("a scan of %d entries returned %d", kv.MaxScanLimit, got)
	}

	var none kv.Batch
	for _, put := range full.Puts {
		none.Deletes = append(none.Deletes, put.Key)
	}
	s.commit(none)
	if got := s.scan("long/", "", kv.MaxScanLimit); len(got) != 0 {
		s.Errorf("%d deletes in one batch left %d of the keys", kv.MaxChanges, len(got))
	}
}

// limitsPast accepts stores that check the limits and stores that do not. No
// store may apply a part.
func limitsPast(s subject) {
	long := strings.Repeat("v", kv.MaxValueBytes)
	changes, bytes, checks := kv.Batch{}, kv.Batch{}, kv.Batch{Puts: []kv.Put{{Key: "checks", Data: "x"}}}
	for i := range kv.MaxChanges + 1 {
		changes.Puts = append(changes.Puts, kv.Put{Key: fmt.Sprintf("changes/%d", i), Data: "x"})
	}
	for i := range 5 {
		bytes.Puts = append(bytes.Puts, kv.Put{Key: fmt.Sprintf("bytes/%d", i), Data: long})
	}
	for i := range kv.MaxChecks + 1 {
		checks.Checks = append(checks.Checks, kv.Check{Key: fmt.Sprintf("absent/%d", i)})
	}
	for _, batch := range []kv.Batch{
		changes,
		bytes,
		checks,
		{Puts: []kv.Put{{Key: "value", Data: "x"}, {Key: "value/long", Data: long + "x"}}},
		{Puts: []kv.Put{{Key: "key", Data: "x"}, {Key: "key" + longKey(0), Data: "x"}}},
	} {
		before := len(s.scan("", "", kv.MaxScanLimit))
		want := before
		applied, err := s.store.Commit(s.Context(), batch)
		if err == nil {
			want += len(batch.Puts)
		}
		if got := len(s.scan("", "", kv.MaxScanLimit)); applied != (err == nil) || got != want {
			s.Errorf("a batch past the limits: got (%v, %v) and %d keys, want %d", applied, err, got, want)
		}
	}
}

func longKey(i int) string {
	head := fmt.Sprintf("long/%04d/", i)
	return head + strings.Repeat("k", kv.MaxKeyBytes-len(head))
}
