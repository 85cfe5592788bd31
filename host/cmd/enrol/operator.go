package main

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/signup"
)

// operator does the work of a command: on the data, or by a server.
type operator struct {
	run   func(operation string, request []byte) (signup.Response, []byte)
	done  <-chan struct{} // closed: it cannot continue
	local *installation   // nil: a server does the work
}

// openOperator talks to the server that --server names, else to the one that uses the
// data, and else opens the data.
func openOperator(c *console, at place, why purpose) (*operator, error) {
	server, err := at.findServer(c)
	if err != nil {
		return nil, err
	}
	if server != nil {
		return &operator{run: server.run, done: server.lost}, nil
	}
	k, err := readConf(c, at.conf, why.deliver)
	if err != nil {
		return nil, err
	}
	in, err := openInstallation(c, k, at, why, newLogger(c.stderr))
	if err != nil {
		return nil, err
	}
	who := host.Operator{CurrentUser: actor()}
	return &operator{
		run: func(operation string, request []byte) (signup.Response, []byte) {
			return in.enrol.Operate(context.Background(), who, operation, request)
		},
		done:  in.enrol.Done(),
		local: in,
	}, nil
}

// close closes the data.
func (o *operator) close() error {
	if o.local == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
	defer cancel()
	return o.local.close(ctx)
}

// ask runs an operation with typed requests and responses. An answer with a fault is
// an error.
func ask[R any](o *operator, operation string, request interface{ JSON() ([]byte, error) }) (R, error) {
	var typed R
	text, err := request.JSON()
	if err != nil {
		return typed, err
	}
	response, answer := o.run(operation, text)
	if response.Fault != "" {
		return typed, errors.New(response.Fault)
	}
	return typed, json.Unmarshal(answer, &typed)
}
