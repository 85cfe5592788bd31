package faults

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"sync"

	"github.com/enrol-sso/enrol/kv"
)

// asked and answered are the messages on a socket: one call of a store, and its
// result.
type asked struct {
	Method        string
	Keys          []string
	Batch         kv.Batch
	Prefix, After string
	Limit         int
}

type answered struct {
	Values  []kv.Value
	Entries []kv.Entry
	Applied bool
	Error   string
}

// offer lets other processes use a store, each over its own connections, until
// the listener is closed.
func offer(listener net.Listener, store kv.Store) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer connection.Close()
			in, out := json.NewDecoder(connection), json.NewEncoder(connection)
			for {
				var call asked
				if in.Decode(&call) != nil {
					return // the process is gone
				}
				if out.Encode(call.perform(store)) != nil {
					return
				}
			}
		}()
	}
}

func (a asked) perform(store kv.Store) (r answered) {
	var err error
	switch a.Method {
	case get:
		r.Values, err = store.Get(context.Background(), a.Keys)
	case scan:
		r.Entries, err = store.Scan(context.Background(), a.Prefix, a.After, a.Limit)
	case commit:
		r.Applied, err = store.Commit(context.Background(), a.Batch)
	default:
		err = fmt.Errorf("there is no %q", a.Method)
	}
	if err != nil {
		r.Error = err.Error()
	}
	return r
}

// remote is a store in another process.
type remote struct {
	mu         sync.Mutex
	connection net.Conn
	in         *json.Decoder
	out        *json.Encoder
}

func dial(socket string) (*remote, error) {
	connection, err := net.Dial("unix", socket)
	if err != nil {
		return nil, err
	}
	return &remote{connection: connection, in: json.NewDecoder(connection), out: json.NewEncoder(connection)}, nil
}

func (r *remote) call(a asked) (answer answered, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := errors.Join(r.out.Encode(a), r.in.Decode(&answer)); err != nil {
		return answer, fmt.Errorf("%w: %w", kv.ErrUnknown, err)
	}
	if answer.Error != "" {
		return answer, errors.New(answer.Error)
	}
	return answer, nil
}

func (r *remote) Get(_ context.Context, keys []string) ([]kv.Value, error) {
	answer, err := r.call(asked{Method: get, Keys: keys})
	return answer.Values, err
}

func (r *remote) Scan(_ context.Context, prefix, after string, limit int) ([]kv.Entry, error) {
	answer, err := r.call(asked{Method: scan, Prefix: prefix, After: after, Limit: limit})
	return answer.Entries, err
}

func (r *remote) Commit(_ context.Context, batch kv.Batch) (bool, error) {
	answer, err := r.call(asked{Method: commit, Batch: batch})
	return answer.Applied, err
}

func (r *remote) Close() error { return r.connection.Close() }
