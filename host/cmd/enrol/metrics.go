package main

import (
	"cmp"
	"log/slog"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/enrol-sso/enrol/kv/pebble"
)

// newRegistry returns a registry with what the process and its build are. The engine
// adds its metrics.
func newRegistry(built build) *prometheus.Registry {
	registry := prometheus.NewRegistry()
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "enrol_build_info", Help: "1, with the version and the commit of the program.",
		ConstLabels: prometheus.Labels{"version": built.version, "commit": cmp.Or(built.commit, unknownBuild)},
	})
	info.Set(1)
	registry.MustRegister(info, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return registry
}

// metricsHandler serves the metrics of a registry and of the store of an installation.
func (in *installation) metricsHandler(registry *prometheus.Registry, logger *slog.Logger) http.Handler {
	if store, ok := in.store.(*pebble.Store); ok {
		registry.MustRegister(store.Collector())
	}
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{
		ErrorLog: slog.NewLogLogger(logger.Handler(), slog.LevelWarn), MaxRequestsInFlight: 4,
	})
}
