package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/enrol-sso/enrol/host/internal/advice"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// reference returns the page that lists every setting as an sso.conf has it.
func reference() string {
	var out strings.Builder
	out.WriteString("# Every setting\n\n" +
		"What an sso.conf can have, from the table that it is read with: `go run ./host/internal/conftypes` writes this page, and\n" +
		"`enrol conf explain FILE` says the same about a file. [Configuration](configuration.md) says more about some of them.\n")
	sections, keys := bySection()
	for _, section := range sections {
		out.WriteString("\n## [" + section + "]\n\n" + sectionNotes[section] + "| key | value | default | meaning |\n|---|---|---|---|\n")
		for _, key := range keys[section] {
			fmt.Fprintf(&out, "| `%s` | %s | %s | %s |\n", key.Name, confKind(key), confDefault(key.Default), advice.Meaning(key.Path()))
		}
	}
	out.WriteString("\n## [enrol_services]\n\nEach key is the name of a service or of an SMTP connection, its value the URL: [an example](configuration.md#services).\n")
	return out.String()
}

// sectionNotes are what the page has before the keys of a section.
var sectionNotes = map[string]string{
	"enrol_pages": "A section inside it, such as `[[CRM]]`, has what differs for that application.\n\n",
}

// confKind returns what the value of a key may be.
func confKind(key ssoconf.Key) string {
	switch key.Kind {
	case ssoconf.Flag:
		return "`True` or `False`"
	case ssoconf.Number:
		return fmt.Sprintf("%d to %d", key.Min, key.Max)
	case ssoconf.Choice:
		return "`" + strings.Join(key.Words, "`, `") + "`"
	}
	return string(key.Kind)
}

// confDefault returns a default as in an sso.conf.
func confDefault(value any) string {
	text := fmt.Sprint(value)
	switch v := value.(type) {
	case bool:
		text = strings.ToUpper(strconv.FormatBool(v)[:1]) + strconv.FormatBool(v)[1:]
	case []string:
		text = strings.Join(v, ", ")
	}
	if text == "" {
		return "empty"
	}
	return "`" + text + "`"
}
