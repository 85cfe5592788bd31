package host

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// metrics are what Options.Metrics gets. They exist without it too, so that nothing
// else has to ask. No label has a text of a user: operations, effects and outcomes are
// known ones, a code has the form of one, and a destination is of the sso.conf.
type metrics struct {
	operations *prometheus.CounterVec   // operation, code
	durations  *prometheus.HistogramVec // operation
	deliveries *prometheus.CounterVec   // destination, outcome
	calls      *prometheus.HistogramVec // destination
	store      *prometheus.HistogramVec // effect
	faults     *prometheus.CounterVec   // effect
	audit      prometheus.Histogram
	unaudited  prometheus.Counter

	mu    sync.Mutex
	codes map[string]bool // that were seen

	registerer prometheus.Registerer // nil for none
	registered []prometheus.Collector
}

// maxCodes bounds the codes that metrics tell apart: validation services may have
// codes of their own.
const maxCodes = 100

// Labels where a response has no code, and for what metrics do not tell apart.
const (
	codeOK    = "ok"
	codeOther = "other"
)

// Bounds of histograms, in seconds.
var (
	longBuckets  = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}
	shortBuckets = []float64{.00005, .0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 5, 30}
)

func newMetrics() *metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "enrol_" + name, Help: help}, labels)
	}
	histogram := func(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "enrol_" + name, Help: help, Buckets: buckets}, labels)
	}
	m := &metrics{
		operations: counter("operations_total", "Operations that ended, by the first code of the answer, or ok.", "operation", "code"),
		durations:  histogram("operation_duration_seconds", "Duration of operations.", longBuckets, "operation"),
		deliveries: counter("deliveries_total", "Calls of callback and message services: delivered, down, refused, final or stopped.", "destination", "outcome"),
		calls:      histogram("delivery_duration_seconds", "Duration of calls of callback and message services.", longBuckets, "destination"),
		store:      histogram("store_duration_seconds", "Duration of calls of the store: get, commit or scan.", shortBuckets, "effect"),
		faults:     counter("store_errors_total", "Calls of the store that failed. A commit whose check failed is no error.", "effect"),
		audit: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "enrol_audit_duration_seconds", Help: "Duration of entries to the audit trail.", Buckets: shortBuckets,
		}),
		unaudited: prometheus.NewCounter(prometheus.CounterOpts{Name: "enrol_audit_errors_total", Help: "Entries that the audit trail did not take."}),
		codes:     map[string]bool{},
	}
	for _, effect := range []string{"get", "commit", "scan"} {
		m.faults.WithLabelValues(effect) // 0, rather than absent
	}
	return m
}

// register gives all metrics of an Enrol to a registerer, if there is one.
func (m *metrics) register(e *Enrol) error {
	if m.registerer = e.options.Metrics; m.registerer == nil {
		return nil
	}
	gauge := func(name, help string, labels prometheus.Labels, read func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "enrol_" + name, Help: help, ConstLabels: labels}, read)
	}
	all := []prometheus.Collector{
		m.operations, m.durations, m.deliveries, m.calls, m.store, m.faults, m.audit, m.unaudited, e.backlogs,
		gauge("hashes_running", "Password hashes that are computed now.", nil, func() float64 { return float64(e.hashing.load().running) }),
		gauge("instances", "Instances of the module; 0 if the core runs as native code.", nil, func() float64 { return float64(e.instances()) }),
	}
	for l, name := range laneNames {
		all = append(all, gauge("hashes_waiting", "Password hashes that wait for their turn, by kind of operation.",
			prometheus.Labels{"operation": name}, func() float64 { return float64(e.hashing.load().waiting[l]) }))
	}
	for _, one := range all {
		if err := m.registerer.Register(one); err != nil {
			m.unregister()
			return errors.Join(errors.New("host: Options.Metrics has metrics of another Enrol: give each its own, or wrap it with labels"), err)
		}
		m.registered = append(m.registered, one)
	}
	return nil
}

// unregister takes back what register gave.
func (m *metrics) unregister() {
	for _, one := range m.registered {
		m.registerer.Unregister(one)
	}
	m.registered = nil
}

// operation counts an operation that ended with a response or an error.
func (m *metrics) operation(name string, response signup.Response, err error, took time.Duration) {
	if !slices.Contains(signup.Operations(), name) && !slices.Contains(signup.Moves(), name) {
		name = codeOther
	}
	code := codeOK
	fault, _ := errors.AsType[*signup.Error](err)
	switch {
	case fault != nil:
		code = m.code(fault.Code)
	case !response.OK() && len(response.SubStatus) > 0:
		code = m.code(response.SubStatus[0])
	}
	m.operations.WithLabelValues(name, code).Inc()
	m.durations.WithLabelValues(name).Observe(took.Seconds())
}

// code returns a code as a label.
func (m *metrics) code(code signup.Code) string {
	if len(code) != len(signup.Busy) {
		return codeOther
	}
	for i := range len(code) {
		if digit := code[i] >= '0' && code[i] <= '9'; digit != (i > 0) || i == 0 && (code[i] < 'A' || code[i] > 'Z') {
			return codeOther
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.codes[string(code)] {
		if len(m.codes) >= maxCodes {
			return codeOther
		}
		m.codes[string(code)] = true
	}
	return string(code)
}

// delivery counts a call of a callback or message service.
func (m *metrics) delivery(config *ssoconf.Config, service string, err error, took time.Duration) {
	destination := destinationLabel(config, service)
	m.deliveries.WithLabelValues(destination, outcomeOf(err)).Inc()
	m.calls.WithLabelValues(destination).Observe(took.Seconds())
}

// destinationLabel is the name of a called service for operators.
func destinationLabel(config *ssoconf.Config, service string) string {
	if service == ssoconf.SMTPService {
		return serviceLabel(config, messageDestination)
	}
	return ssoconf.ServiceLabel(service)
}

// outcomeOf returns how a call ended.
func outcomeOf(err error) string {
	if err == nil {
		return "delivered"
	}
	if failure, ok := errors.AsType[*signup.CallError](err); ok {
		return string(failure.Kind)
	}
	return string(signup.CallRefused)
}

// timed observes a call of the store.
func (m *metrics) timed(effect string, call func() error) {
	began := time.Now()
	err := call()
	m.store.WithLabelValues(effect).Observe(time.Since(began).Seconds())
	if err != nil && !errors.Is(err, context.Canceled) {
		m.faults.WithLabelValues(effect).Inc()
	}
}

// audited observes an entry of the audit trail.
func (m *metrics) audited(began time.Time, err error) {
	m.audit.Observe(time.Since(began).Seconds())
	if err != nil {
		m.unaudited.Inc()
	}
}

// instances returns the number of instances of the module.
func (e *Enrol) instances() int {
	if s, ok := e.generation().runner.(sandbox); ok {
		return s.pool.Size()
	}
	return 0
}
