package pebble_test

import (
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/pebble"
)

func TestCollector(t *testing.T) {
	store, err := pebble.Open(t.TempDir(), pebble.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(store.Collector())
	if _, err := store.Commit(t.Context(), kv.Batch{Puts: []kv.Put{{Key: "a", Data: "b"}}}); err != nil {
		t.Fatal(err)
	}
	read := func() map[string]float64 {
		families, err := registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		values := map[string]float64{}
		for _, family := range families {
			one := family.GetMetric()[0]
			values[family.GetName()] = one.GetGauge().GetValue() + one.GetCounter().GetValue()
		}
		return values
	}
	if now := read(); now["pebble_wal_written_bytes_total"] == 0 || now["pebble_disk_usage_bytes"] == 0 || now["pebble_memtable_bytes"] == 0 {
		t.Errorf("got %v", now)
	}
	store.Close()
	if now := read(); len(now) != 0 {
		t.Errorf("a closed store has %v", now)
	}
}
