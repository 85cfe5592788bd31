package host

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/fsck"
)

// backlogs are the metrics of what waits in the store. They are read at most once
// every backlogAge, since that takes scans.
type backlogs struct {
	enrol                         *Enrol
	events, oldest, dead, pending *prometheus.Desc

	mu   sync.Mutex
	at   time.Time
	last fsck.Backlog
	err  error
}

const (
	backlogAge    = 10 * time.Second
	backlogWithin = 5 * time.Second
)

func newBacklog(e *Enrol) *backlogs {
	desc := func(name, help string) *prometheus.Desc { return prometheus.NewDesc("enrol_"+name, help, nil, nil) }
	return &backlogs{
		enrol:   e,
		events:  desc("outbox_events", "Events that are not delivered yet, counted up to 10000."),
		oldest:  desc("outbox_oldest_event_age_seconds", "Age of the oldest of these events, 0 if there is none."),
		dead:    desc("dead_letters", "Events that were given up, counted up to 10000."),
		pending: desc("pending_claims", "Sign-ups that wait for confirmation, void ones included, counted up to 10000."),
	}
}

// Describe implements prometheus.Collector.
func (b *backlogs) Describe(all chan<- *prometheus.Desc) {
	all <- b.events
	all <- b.oldest
	all <- b.dead
	all <- b.pending
}

// Collect implements prometheus.Collector. If the store cannot be read, these metrics
// are absent and the others are not.
func (b *backlogs) Collect(all chan<- prometheus.Metric) {
	now, err := b.read()
	if err != nil {
		return
	}
	gauge := func(desc *prometheus.Desc, value float64) {
		all <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value)
	}
	gauge(b.events, float64(now.Events))
	gauge(b.dead, float64(now.Dead))
	gauge(b.pending, float64(now.Pending))
	gauge(b.oldest, b.age(now).Seconds())
}

// age returns how old the oldest event is, 0 if there is none.
func (b *backlogs) age(now fsck.Backlog) time.Duration {
	if now.Oldest == 0 {
		return 0
	}
	return max(0, b.enrol.clock().Sub(time.UnixMilli(now.Oldest)))
}

func (b *backlogs) read() (fsck.Backlog, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.at.IsZero() || time.Since(b.at) >= backlogAge {
		ctx, cancel := context.WithTimeout(context.Background(), backlogWithin)
		defer cancel()
		b.last, b.err = fsck.ReadBacklog(func(prefix, after string, limit int) ([]kv.Entry, error) {
			return b.enrol.options.Store.Scan(ctx, prefix, after, limit)
		})
		b.at = time.Now()
	}
	return b.last, b.err
}
