package main

import (
	"context"
	"io"
	"log/slog"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/kv/memory"
)

func validateCommand() *command {
	cmd := &command{
		name:    "validate",
		args:    "[FILE]",
		summary: "Checks requests for signup by the local rules, without signing anybody up.",
		details: `
Takes the requests and the flags of signup, but needs no data and touches none:
of the flags only --conf and --native matter. It checks the fields that are
there and tells every status code.
` + aboutLines,
		examples: []string{
			`echo '{"ctx":{"username":"ada","password":"correct horse"}}' | enrol validate`,
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

// validate runs a batch on a store that is empty and goes with the process,
// which the rules do not look at anyhow.
func validate(c *console, at place, in *input) error {
	k, err := readConf(c, at.conf)
	if err != nil {
		return err
	}
	stop := interrupts(c)
	enrol, err := host.New(context.Background(), host.Options{
		Conf:             k.text,
		SecretKey:        host.NewSecretKey(),
		Store:            memory.New(),
		Audit:            host.NewAuditLog(slog.NewTextHandler(io.Discard, nil)),
		Native:           at.native,
		Module:           at.module,
		DispatchInterval: -1,
		Logger:           slog.New(slog.NewTextHandler(c.stderr, nil)),
	})
	if err != nil {
		return explainStart("memory", keySource{}, err)
	}
	b := &batch{
		operation: "validate",
		enrol:     enrol,
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
