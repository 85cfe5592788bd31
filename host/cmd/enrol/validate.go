package main

import (
	"context"
	"io"
	"log/slog"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
)

func validateCommand() *command {
	cmd := &command{
		name:    "validate",
		args:    "[FILE]",
		summary: "Checks sign-up requests by the local rules, without signing anybody up.",
		details: `
Takes the requests and the flags of signup, but uses no data: only --conf and
--native have an effect. It checks the fields that are present and reports every
status code.
` + aboutLines,
		examples: []string{
			`echo '{"username":"ada","password":"correct horse"}' | enrol validate`,
			"enrol validate --conf sso.conf requests.jsonl",
		},
	}
	cmd.run = func(c *console, args []string) error {
		var at place
		f := newFlags(cmd)
		at.flags(f)
		args, err := f.parse(c, args, 0, 1)
		if err != nil {
			return err
		}
		in, err := openInput(c, args)
		if err != nil {
			return err
		}
		defer in.close()
		return validate(c, at, in)
	}
	return cmd
}

// validate runs a batch on an empty store in memory, which the rules do not
// read.
func validate(c *console, at place, in *input) error {
	k, err := readConf(c, at.conf, false)
	if err != nil {
		return err
	}
	stop := interruptsAndHangup(c)
	enrol, err := host.New(context.Background(), host.Options{
		Services:         k.uncalled(),
		Conf:             k.text,
		SecretKey:        host.NewSecretKey(),
		Store:            memory.New(),
		Audit:            host.NewAuditLog(slog.NewTextHandler(io.Discard, nil)),
		Native:           at.native,
		Module:           at.module,
		DispatchInterval: -1,
		Logger:           newLogger(c.stderr),
	})
	if err != nil {
		return explainStart(storePlace{dir: "memory"}, keySource{}, err)
	}
	b := &batch{
		operation: "validate",
		perform: func(operation string, request []byte) (signup.Response, []byte) {
			return enrol.Run(context.Background(), operation, request)
		},
		input:     in,
		inputName: in.name,
		output:    c.stdout,
		progress:  newProgress(c, in.size),
		stop:      stop,
	}
	t := b.run()
	ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
	defer cancel()
	return worse(b.err(t), enrol.Close(ctx))
}
