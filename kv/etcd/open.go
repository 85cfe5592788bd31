package etcd

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"

	"github.com/enrol-sso/enrol/kv"
)

const (
	// keepAlive is how often a connection is tested while a call waits for its
	// answer, and keepAliveFor how long the test may take: a member that vanished
	// without closing its connections is not used longer. The server allows a test
	// every 5 s, and ends connections that are tested without a call.
	keepAlive    = 10 * time.Second
	keepAliveFor = 5 * time.Second

	// reconnectWithin is the longest pause before a lost member is tried again.
	reconnectWithin = 3 * time.Second
)

// Open connects to a cluster, and creates or checks the store under a prefix.
//
// The url is etcd://HOST:PORT,HOST:PORT/PREFIX with all members, or etcds:// for
// TLS. The prefix may have several names, such as team/enrol. USER:PASSWORD@ may
// come before the members. The parameters, after "?", are paths of files:
// password_file has the password, cacert the certificates of authorities in PEM
// instead of the system's, and cert and key are the client's. The files with the
// password and the key must be what package private accepts.
//
// The error matches kv.ErrURL if the URL is wrong, or a file that it names, and
// kv.ErrNewer if a newer version of the software made the store. It is another one
// if other keys have the prefix.
func Open(ctx context.Context, url string, options Options) (*Store, error) {
	p, err := parse(url)
	var secure *tls.Config
	if err == nil && p.secure() {
		secure, err = p.tls.config()
	}
	if err != nil {
		return nil, fmt.Errorf("kv/etcd: %w: %w", kv.ErrURL, err)
	}
	if options.Timeout == 0 {
		options.Timeout = 10 * time.Second
	}
	if options.Timeout < time.Millisecond || options.Timeout > 24*time.Hour {
		return nil, errors.New("kv/etcd: the timeout of the options is not between 1 ms and 24 h")
	}
	s := &Store{place: p, timeout: options.Timeout}
	if s.client, err = connect(p, secure, options.Timeout); err != nil {
		return nil, fmt.Errorf("kv/etcd: connecting: %w", explained(err, p))
	}
	s.ended, s.end = context.WithCancel(context.Background())
	if err := s.prepare(ctx); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

// connect makes a client; secure is nil without TLS. It asks for a token of the user, if there is one, and
// otherwise returns before it has a connection.
func connect(p place, secure *tls.Config, timeout time.Duration) (*clientv3.Client, error) {
	return clientv3.New(clientv3.Config{
		Endpoints:            p.endpoints,
		Username:             p.user,
		Password:             p.password,
		TLS:                  secure,
		DialTimeout:          timeout,
		DialKeepAliveTime:    keepAlive,
		DialKeepAliveTimeout: keepAliveFor,
		MaxUnaryRetries:      1, // the client would repeat a commit that the server may have applied
		Logger:               zap.NewNop(),
		DialOptions: []grpc.DialOption{
			grpc.WithNoProxy(),
			grpc.WithStatsHandler(departures{}),
			grpc.WithChainUnaryInterceptor(withoutWaiting),
			grpc.WithConnectParams(grpc.ConnectParams{
				Backoff:           backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: reconnectWithin},
				MinConnectTimeout: keepAliveFor,
			}),
		},
	})
}

// withoutWaiting makes a request fail if there is no connection to any member,
// with the cause, instead of waiting for one until its time is over.
func withoutWaiting(ctx context.Context, method string, request, answer any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, options ...grpc.CallOption) error {
	return invoke(ctx, method, request, answer, conn, append(options, grpc.WaitForReady(false))...)
}
