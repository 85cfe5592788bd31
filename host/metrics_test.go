package host

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/enrol-sso/enrol/signup"
)

// metricsOf gathers all metrics as "name{label=value,…}" with their values; those of
// histograms are numbers of observations.
func metricsOf(t *testing.T, registry *prometheus.Registry) map[string]float64 {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]float64{}
	for _, family := range families {
		for _, one := range family.GetMetric() {
			var labels []string
			for _, label := range one.GetLabel() {
				labels = append(labels, label.GetName()+"="+label.GetValue())
			}
			name := family.GetName()
			if len(labels) > 0 {
				name += "{" + strings.Join(labels, ",") + "}"
			}
			values[name] = one.GetCounter().GetValue() + one.GetGauge().GetValue() + float64(one.GetHistogram().GetSampleCount())
		}
	}
	return values
}

func TestMetrics(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		const url = nobodyListens
		registry := prometheus.NewRegistry()
		clock := newClock()
		i := start(t, native, func(o *Options) {
			o.Conf = mailConf(url, "crm.created")
			o.Metrics = registry
			o.Services = map[string]Service{
				"mail":        func(context.Context, signup.ServiceCall) (string, error) { return "", nil },
				"crm.created": func(context.Context, signup.ServiceCall) (string, error) { return "", ServiceFinal("gone") },
			}
		})
		i.clock = clock.now
		i.signUp(t, person("grace.hopper", "Ada@Example.com"))
		clock.advance(time.Minute)
		before := metricsOf(t, registry)
		if before["enrol_outbox_events"] < 1 || before["enrol_outbox_oldest_event_age_seconds"] < 60 || before["enrol_pending_claims"] != 1 {
			t.Errorf("before deliveries: %v", before)
		}
		newCourier(i.Enrol).round()
		if _, err := i.Confirm(t.Context(), signup.ConfirmRequest{ConfirmToken: "unknown"}); err != nil {
			t.Fatal(err)
		}
		i.Run(t.Context(), "grace.hopper", nil)
		now := metricsOf(t, registry)
		instances := 1.0
		if native {
			instances = 0
		}
		for name, want := range map[string]float64{
			"enrol_operations_total{code=ok,operation=signup}":                    1,
			"enrol_operations_total{code=E005006,operation=confirm}":              1,
			"enrol_operation_duration_seconds{operation=signup}":                  1,
			"enrol_deliveries_total{destination=mail,outcome=delivered}":          1,
			"enrol_deliveries_total{destination=http://127.0.0.1:1,outcome=down}": 1,
			"enrol_deliveries_total{destination=crm.created,outcome=final}":       1,
			"enrol_delivery_duration_seconds{destination=mail}":                   1,
			"enrol_hashes_running":                    0,
			"enrol_hashes_waiting{operation=signup}":  0,
			"enrol_hashes_waiting{operation=confirm}": 0,
			"enrol_hashes_waiting{operation=verify}":  0,
			"enrol_instances":                         instances,
			"enrol_audit_errors_total":                0,
		} {
			if got, ok := now[name]; !ok || got != want {
				t.Errorf("%s is %v, want %v", name, got, want)
			}
		}
		for _, name := range []string{"enrol_store_duration_seconds{effect=get}", "enrol_store_duration_seconds{effect=commit}", "enrol_audit_duration_seconds"} {
			if now[name] == 0 {
				t.Errorf("%s has no observation", name)
			}
		}
		for name := range now {
			for _, secret := range []string{"grace", "hopper", "example.com", "ada", urlSecret, "/hook"} {
				if strings.Contains(strings.ToLower(name), secret) {
					t.Errorf("%q is in %s", secret, name)
				}
			}
		}
		if t.Failed() {
			t.Log(now)
		}
	})
}

// A registry cannot have the metrics of two engines, and has none after Close.
func TestMetricsAreOfOneEngine(t *testing.T) {
	registry := prometheus.NewRegistry()
	first := start(t, true, func(o *Options) { o.Metrics = registry })
	options := first.options
	if _, err := New(t.Context(), options); err == nil || !strings.Contains(err.Error(), "Options.Metrics") {
		t.Errorf("a second engine: %v", err)
	}
	if err := first.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left := metricsOf(t, registry); len(left) > 0 {
		t.Errorf("after Close: %v", left)
	}
}

// Codes that services make up are bounded.
func TestMetricsTellCodesApart(t *testing.T) {
	m := newMetrics()
	for code, want := range map[signup.Code]string{"E001002": "E001002", "W003005": "W003005", "ada": codeOther, "E00100a": codeOther, "1001002": codeOther} {
		if got := m.code(code); got != want {
			t.Errorf("%s: %s, want %s", code, got, want)
		}
	}
	for n := range 1000 {
		m.code(signup.Code("E1" + strings.Repeat("0", 2) + string([]byte{'0' + byte(n/100), '0' + byte(n/10%10), '0' + byte(n%10)})))
	}
	if len(m.codes) != maxCodes {
		t.Errorf("%d codes", len(m.codes))
	}
}
