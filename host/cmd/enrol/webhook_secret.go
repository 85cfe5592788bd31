package main

import (
	"fmt"
	"slices"

	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

func webhookSecretCommand() *command {
	cmd := &command{
		name:    "webhook-secret",
		args:    "SERVICE",
		summary: "Prints the secrets with which a service verifies signatures.",
		details: `
SERVICE is spelled as in the sso.conf: the URL of an endpoint, or a name in
[enrol_services]. With --conf, it can be the URL of such a name too. The secrets
are those of Standard Webhooks, newest first, one per line. They begin with
whsec_.

A server may use the data meanwhile: only its secret key is read. That is so for
a database too: its key is next to DIR.`,
		examples: []string{
			"enrol webhook-secret --data ./data https://example.com/hooks/enrol",
			"enrol webhook-secret --store postgres://enrol@db.example.com/enrol my.callback",
		},
	}
	cmd.run = func(c *console, args []string) error {
		var at place
		f := newFlags(cmd)
		at.existingFlags(f)
		f.StringVar(&at.conf, "conf", "", "the sso.conf, a `FILE`; SERVICE must be in it")
		args, err := f.parse(c, args, 1, 1)
		if err != nil {
			return err
		}
		return webhookSecret(c, at, args[0])
	}
	return cmd
}

func webhookSecret(c *console, at place, service string) error {
	if err := ssoconf.CheckService(service); err != nil {
		return mistake("webhook-secret: SERVICE %w", err)
	}
	if _, err := at.storePlace(c); err != nil { // it is not opened, but a mistake in it is one here too
		return err
	}
	text, err := keySourceOf(c, at.keyFile, at.data).existing()
	if err != nil {
		return err
	}
	keys, err := signup.ParseKeys(text)
	if err != nil {
		return err
	}
	if at.conf != "" {
		k, err := readConf(c, at.conf, false)
		if err != nil {
			return err
		}
		name, ok := serviceName(k.config, signup.New(k.config, keys).Services(), service)
		if !ok {
			return mistake("%s has no service %q: use its exact spelling", at.conf, service)
		}
		service = name
	}
	for _, secret := range keys.WebhookSecrets(service) {
		if _, err := fmt.Fprintln(c.stdout, string(secret)); err != nil {
			return fmt.Errorf("the secrets cannot be written: %w", err)
		}
	}
	return nil
}

// serviceName returns the name of a service in the settings, given the name or
// the URL. called has the URLs and names that the engine calls.
func serviceName(config *ssoconf.Config, called []string, service string) (name string, ok bool) {
	for _, s := range config.Services {
		if (s.Name == service || s.URL == service) && slices.Contains(called, s.URL) {
			return s.Name, true
		}
	}
	return service, slices.Contains(called, service)
}
