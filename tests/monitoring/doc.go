// Package monitoring checks the files for Prometheus and Grafana with promtool, and
// against the metrics of a running server: see make test-monitoring.
package monitoring
