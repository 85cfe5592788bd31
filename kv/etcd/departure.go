package etcd

import (
	"context"
	"sync/atomic"

	"google.golang.org/grpc/stats"
)

// departed is in the context of a request, and reports whether anything of it was
// sent to a member. The errors of gRPC do not tell.
type departed struct{ atomic.Bool }

type departedKey struct{}

// departures is the handler of statistics that notes it: a request has headers
// only once it is on a connection.
type departures struct{}

func (departures) HandleRPC(ctx context.Context, event stats.RPCStats) {
	if _, sent := event.(*stats.OutHeader); !sent {
		return
	}
	if d, ok := ctx.Value(departedKey{}).(*departed); ok {
		d.Store(true)
	}
}

func (departures) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context   { return ctx }
func (departures) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }
func (departures) HandleConn(context.Context, stats.ConnStats)                       {}
