package main

import (
	"fmt"

	"github.com/enrol-sso/enrol/host"
)

func auditKeyCommand() *command {
	cmd := &command{
		name:    "audit key",
		summary: "Prints the public keys that verify the audit trail.",
		details: `
One per line, newest first: one for each secret key. They are no secrets. Keep them
where nobody can change both them and the audit trail, and also after the secret
key was replaced: older files need the older one.

A server may use the data meanwhile: only its secret key is read.`,
		examples: []string{"enrol audit key --data ./data"},
	}
	cmd.run = func(c *console, args []string) error {
		var at place
		f := newFlags(cmd)
		at.existingFlags(f)
		if _, err := f.parse(c, args, 0, 0); err != nil {
			return err
		}
		text, err := keySourceOf(c, at.keyFile, at.data).existing()
		if err != nil {
			return err
		}
		keys, err := host.AuditKeys(text)
		if err != nil {
			return err
		}
		for _, key := range keys {
			if _, err := fmt.Fprintln(c.stdout, key); err != nil {
				return fmt.Errorf("the keys cannot be written: %w", err)
			}
		}
		return nil
	}
	return cmd
}
