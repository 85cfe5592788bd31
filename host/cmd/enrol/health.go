package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/enrol-sso/enrol/signup"
)

// healthWithin is how long a server may take to answer a health check.
const healthWithin = 10 * time.Second

func healthCommand() *command {
	cmd := &command{
		name:    "health",
		args:    "[--url URL]",
		summary: "Asks a server whether it is ready, for supervisors and containers.",
		details: `
The exit status is 0 if the server answers 200, and 1 if it answers otherwise or
cannot be reached; standard error then has the reason. No shell and no other
program is needed, so that a container can run it as its health check.

A URL without a path asks for /readyz, which is 503 while nobody can sign up. With
the path /healthz, it is 503 only when a restart helps.`,
		examples: []string{
			"enrol health",
			"enrol health --url http://127.0.0.1:8080/healthz",
		},
	}
	cmd.run = func(c *console, args []string) error {
		f := newFlags(cmd)
		server := f.String("url", "http://127.0.0.1:8080/readyz", "`URL` to ask")
		if _, err := f.parse(c, args, 0, 0); err != nil {
			return err
		}
		u, err := url.Parse(*server)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil {
			return mistake("--url: write the URL of a server, such as http://127.0.0.1:8080")
		}
		if u.Path == "" || u.Path == "/" {
			u.Path = "/readyz"
		}
		if err := askHealth(u.String()); err != nil {
			return &failure{exitRefused, fmt.Errorf("the server at %s is not healthy: %w", u.Host, err)}
		}
		fmt.Fprintln(c.stdout, "ok")
		return nil
	}
	return cmd
}

// askHealth returns an error with the reason unless a URL answers 200. No proxy
// is asked, which could answer for the server.
func askHealth(target string) error {
	ctx, cancel := context.WithTimeout(context.Background(), healthWithin)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return err
	}
	response, err := (&http.Transport{DialContext: new(net.Dialer).DialContext}).RoundTrip(request)
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("it gave no answer within %s", healthWithin)
	case err != nil:
		return withoutURL(err)
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusOK {
		return nil
	}
	body, _ := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	var answer signup.Response
	if json.Unmarshal(body, &answer) != nil {
		answer.Message = ""
	}
	return errors.New(cmp.Or(answer.Message, fmt.Sprintf("it answered with HTTP status %d", response.StatusCode)))
}
