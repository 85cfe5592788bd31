package host

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// Counters are the numbers of the metrics that an operator asks for, of this Enrol
// since it started, and what waits in its store. The metrics have them with the same
// values.
type Counters struct {
	Started    time.Time         `json:"started"`
	Operations []OperationCount  `json:"operations"` // in the order of their names and codes
	Deliveries []DeliveryCount   `json:"deliveries"` // in the order of their destinations and outcomes
	Hashes     HashCounts        `json:"hashes"`
	Outbox     OutboxCounts      `json:"outbox"`
	Errors     map[string]uint64 `json:"errors"` // failed calls, by effect: get, commit, scan or audit

	DeadLetters   int `json:"dead_letters"`   // events that were given up, counted up to 10000
	PendingClaims int `json:"pending_claims"` // sign-ups that wait for confirmation, void ones included, counted up to 10000
	Instances     int `json:"instances"`      // of the module; 0 for native code
}

// OperationCount is how many operations ended with a code.
type OperationCount struct {
	Operation string `json:"operation"`
	Code      string `json:"code"` // the first of the answer, or "ok"
	Count     uint64 `json:"count"`
}

// DeliveryCount is how many calls of a service ended with an outcome.
type DeliveryCount struct {
	Destination string `json:"destination"`
	Outcome     string `json:"outcome"` // delivered, down, refused, final or stopped
	Count       uint64 `json:"count"`
}

// HashCounts are the password hashes of the moment.
type HashCounts struct {
	Running int            `json:"running"`
	Waiting map[string]int `json:"waiting"` // by kind of operation: signup, confirm, verify
}

// OutboxCounts are the events that are not delivered yet.
type OutboxCounts struct {
	Events int `json:"events"` // counted up to 10000
	Oldest int `json:"oldest"` // its age in seconds, 0 if there is none
}

// Counters returns the numbers. What waits in the store is read at most once in ten
// seconds. A failure of the store is an error with the code Busy.
func (e *Enrol) Counters() (Counters, error) {
	waits, err := e.backlogs.read()
	if err != nil {
		return Counters{}, &signup.Error{Code: signup.Busy, Message: "the store cannot be read", Err: err}
	}
	c := Counters{
		Started: e.started.UTC(), Operations: []OperationCount{}, Deliveries: []DeliveryCount{}, Errors: map[string]uint64{},
		Outbox:      OutboxCounts{Events: waits.Events, Oldest: int(e.backlogs.age(waits).Seconds())},
		DeadLetters: waits.Dead, PendingClaims: waits.Pending, Instances: e.instances(),
	}
	now := e.hashing.load()
	c.Hashes = HashCounts{Running: now.running, Waiting: map[string]int{}}
	for l, name := range laneNames {
		c.Hashes.Waiting[name] = now.waiting[l]
	}
	each(e.metrics.operations, func(labels map[string]string, n uint64) {
		c.Operations = append(c.Operations, OperationCount{labels["operation"], labels["code"], n})
	})
	each(e.metrics.deliveries, func(labels map[string]string, n uint64) {
		c.Deliveries = append(c.Deliveries, DeliveryCount{labels["destination"], labels["outcome"], n})
	})
	slices.SortFunc(c.Operations, func(a, b OperationCount) int {
		return cmp.Or(strings.Compare(a.Operation, b.Operation), strings.Compare(a.Code, b.Code))
	})
	each(e.metrics.faults, func(labels map[string]string, n uint64) { c.Errors[labels["effect"]] = n })
	each(e.metrics.unaudited, func(_ map[string]string, n uint64) { c.Errors["audit"] = n })
	return c, nil
}

// each visits the values of a counter, in the order of its labels: by name, then value.
func each(counter prometheus.Collector, visit func(labels map[string]string, n uint64)) {
	registry := prometheus.NewRegistry()
	registry.MustRegister(counter)
	families, _ := registry.Gather() // counters cannot fail
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			labels := map[string]string{}
			for _, pair := range metric.GetLabel() {
				labels[pair.GetName()] = pair.GetValue()
			}
			visit(labels, uint64(metric.GetCounter().GetValue()))
		}
	}
}

// readCounters performs the operation counters. It has no entry in the audit trail, as
// a look at the metrics has none.
func (e *Enrol) readCounters(_ context.Context, _ Operator, text []byte) (signup.Response, []byte) {
	value, err := strictjson.Parse(text)
	if err != nil {
		return refusedUnread(signup.InvalidInput, "", "the request "+err.Error())
	}
	if fault := value.ReadOnly(func(*strictjson.Members) {}); fault != nil {
		return refusedUnread(signup.InvalidInput, fault.Field, fault.Message)
	}
	cid := NewCID()
	counters, err := e.Counters()
	if fault, ok := errors.AsType[*signup.Error](err); ok {
		return undecided(cid, fault)
	}
	answer, _ := json.Marshal(struct { // numbers, texts and a time
		CID    string `json:"cid"`
		Status string `json:"status"`
		Counters
	}{cid, signup.StatusOK, counters})
	return signup.Response{CID: cid, Status: signup.StatusOK}, answer
}
