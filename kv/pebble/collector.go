package pebble

import (
	engine "github.com/cockroachdb/pebble/v2"
	"github.com/prometheus/client_golang/prometheus"
)

// reading is one of the engine's own metrics.
type reading struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
	of   func(*engine.Metrics) float64
}

func gauge(name, help string, of func(*engine.Metrics) float64) reading {
	return reading{prometheus.NewDesc("pebble_"+name, help, nil, nil), prometheus.GaugeValue, of}
}

func counter(name, help string, of func(*engine.Metrics) float64) reading {
	return reading{prometheus.NewDesc("pebble_"+name, help, nil, nil), prometheus.CounterValue, of}
}

var readings = []reading{
	gauge("disk_usage_bytes", "Size of all files of the engine.", func(m *engine.Metrics) float64 { return float64(m.DiskSpaceUsage()) }),
	gauge("read_amplification", "Tables that a read may have to look into.", func(m *engine.Metrics) float64 { return float64(m.ReadAmp()) }),
	gauge("level0_sublevels", "Sublevels of the first level, which grow when compactions fall behind.", func(m *engine.Metrics) float64 { return float64(m.Levels[0].Sublevels) }),
	gauge("tables", "Tables of all levels.", func(m *engine.Metrics) float64 { total := m.Total(); return float64(total.TablesCount) }),
	gauge("tombstones", "Deleted keys that still take space.", func(m *engine.Metrics) float64 { return float64(m.Keys.TombstoneCount) }),
	gauge("memtable_bytes", "Memory of commits that are not in tables yet.", func(m *engine.Metrics) float64 { return float64(m.MemTable.Size) }),
	gauge("wal_files", "Files of the write-ahead log.", func(m *engine.Metrics) float64 { return float64(m.WAL.Files) }),
	gauge("wal_size_bytes", "Size of the write-ahead log.", func(m *engine.Metrics) float64 { return float64(m.WAL.Size) }),
	counter("wal_written_bytes_total", "Bytes written to the write-ahead log.", func(m *engine.Metrics) float64 { return float64(m.WAL.BytesWritten) }),
	counter("flushes_total", "Memory tables that were written to disk.", func(m *engine.Metrics) float64 { return float64(m.Flush.Count) }),
	counter("compactions_total", "Compactions that ended.", func(m *engine.Metrics) float64 { return float64(m.Compact.Count) }),
	counter("compactions_failed_total", "Compactions that failed.", func(m *engine.Metrics) float64 { return float64(m.Compact.FailedCount) }),
	gauge("compactions_running", "Compactions that run now.", func(m *engine.Metrics) float64 { return float64(m.Compact.NumInProgress) }),
	gauge("compaction_debt_bytes", "Bytes that compactions have to process.", func(m *engine.Metrics) float64 { return float64(m.Compact.EstimatedDebt) }),
	gauge("block_cache_bytes", "Memory of blocks read from disk.", func(m *engine.Metrics) float64 { return float64(m.BlockCache.Size) }),
	counter("block_cache_hits_total", "Blocks found in this memory.", func(m *engine.Metrics) float64 { return float64(m.BlockCache.Hits) }),
	counter("block_cache_misses_total", "Blocks read from disk.", func(m *engine.Metrics) float64 { return float64(m.BlockCache.Misses) }),
}

// Collector returns the engine's metrics for Prometheus, whose names begin with
// pebble_. A closed store has none.
func (s *Store) Collector() prometheus.Collector { return collector{s} }

type collector struct{ store *Store }

// Describe implements prometheus.Collector.
func (c collector) Describe(all chan<- *prometheus.Desc) {
	for _, r := range readings {
		all <- r.desc
	}
}

// Collect implements prometheus.Collector.
func (c collector) Collect(all chan<- prometheus.Metric) {
	if !c.store.enter() {
		return
	}
	defer c.store.calls.Done()
	defer c.store.rescue("metrics")
	now := c.store.db.Metrics()
	for _, r := range readings {
		all <- prometheus.MustNewConstMetric(r.desc, r.kind, r.of(now))
	}
}
