package main

import (
	"fmt"
	"slices"

	"github.com/enrol-sso/enrol/signup"
)

func webhookSecretCommand() *command {
	cmd := &command{
		name:    "webhook-secret",
		args:    "SERVICE",
		summary: "Prints the secrets with which a service verifies what it is sent.",
		details: `
SERVICE is spelled as in the sso.conf: the URL of an endpoint. The secrets are
those of Standard Webhooks, newest first, one in a line: they begin with whsec_.
The data may be in use meanwhile; only its secret key is read.`,
		examples: []string{"enrol webhook-secret --data ./data https://example.com/hooks/enrol"},
	}
	cmd.run = func(c *console, args []string) error {
		var at place
		f := newFlags(cmd)
		f.StringVar(&at.data, "data", "./data", "`DIR` of the data")
		f.StringVar(&at.keyFile, "key-file", "", "`FILE` of the secret key, DIR.key if left out; "+secretKeyVariable+" can hold the key instead")
		f.StringVar(&at.conf, "conf", "", "the sso.conf, a `FILE`: makes sure that SERVICE is in it")
		args, err := f.parse(c, args, 1, 1)
		if err != nil {
			return err
		}
		return webhookSecret(c, at, args[0])
	}
	return cmd
}

func webhookSecret(c *console, at place, service string) error {
	source := keySourceOf(c, at.keyFile, at.data)
	text, err := source.read()
	if err != nil {
		return err
	}
	if text == "" {
		return mistake("there is no key file %s: name another directory with --data, or begin with enrol serve", source)
	}
	keys, err := signup.ParseKeys(text)
	if err != nil {
		return err
	}
	if at.conf != "" {
		k, err := readConf(c, at.conf)
		if err != nil {
			return err
		}
		if !slices.Contains(signup.New(k.config, keys).Services(), service) {
			return mistake("%s has no service %q: spell it as it is there", at.conf, service)
		}
	}
	for _, secret := range keys.WebhookSecrets(service) {
		if _, err := fmt.Fprintln(c.stdout, string(secret)); err != nil {
			return fmt.Errorf("the secrets cannot be written: %w", err)
		}
	}
	return nil
}
