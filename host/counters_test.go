package host

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

// The counters have the numbers of the metrics.
func TestCountersAreThoseOfTheMetrics(t *testing.T) {
	t.Parallel()
	registry := prometheus.NewRegistry()
	i := start(t, true, func(o *Options) { o.Metrics, o.DispatchInterval = registry, -1 })
	if _, err := i.Signup(t.Context(), ada()); err != nil {
		t.Fatal(err)
	}
	bad := ada()
	bad.Username = "a b"
	if _, err := i.Signup(t.Context(), bad); err != nil {
		t.Fatal(err)
	}
	_, text := i.Operate(t.Context(), Operator{}, "counters", []byte(`{}`))
	var c Counters
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	counted := map[string]float64{}
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			name := family.GetName()
			for _, label := range metric.GetLabel() {
				name += " " + label.GetValue()
			}
			counted[name] = metric.GetCounter().GetValue() + metric.GetGauge().GetValue()
		}
	}
	for name, value := range map[string]float64{
		"enrol_outbox_events": float64(c.Outbox.Events), "enrol_pending_claims": float64(c.PendingClaims), "enrol_dead_letters": float64(c.DeadLetters),
		"enrol_hashes_running": float64(c.Hashes.Running), "enrol_hashes_waiting verify": float64(c.Hashes.Waiting["verify"]),
		"enrol_store_errors_total commit": float64(c.Errors["commit"]), "enrol_audit_errors_total": float64(c.Errors["audit"]),
	} {
		if got, known := counted[name]; !known || got != value {
			t.Errorf("%s is %v, and counted as %v", name, got, value)
		}
	}
	outcomes := map[string]uint64{}
	for _, o := range c.Operations {
		outcomes[o.Operation+" "+o.Code] = o.Count
		if got := counted[fmt.Sprintf("enrol_operations_total %s %s", o.Code, o.Operation)]; got != float64(o.Count) {
			t.Errorf("%+v, in the metrics %v", o, got)
		}
	}
	if outcomes["signup ok"] != 1 || outcomes["signup E005001"] != 1 || c.PendingClaims != 1 || c.Started.IsZero() {
		t.Errorf("%s", text)
	}
	for request, field := range map[string]string{`{"since":"x"}`: "since", `[]`: "", `{`: ""} {
		if response, _ := i.Operate(t.Context(), Operator{}, "counters", []byte(request)); response.OK() || response.Field != field {
			t.Errorf("%s: %+v", request, response)
		}
	}
	if strings.Contains(string(text), "ada") {
		t.Errorf("%s", text)
	}
}
