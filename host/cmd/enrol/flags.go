package main

import (
	"errors"
	"flag"
	"io"
	"strings"
)

// errHelp reports that help was requested and printed.
var errHelp = errors.New("help was given")

// flags are the flags of one command.
type flags struct {
	*flag.FlagSet
	command *command
}

func newFlags(of *command) *flags {
	set := flag.NewFlagSet(of.name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.Usage = func() {}
	return &flags{set, of}
}

// parse reads flags and other arguments in any order, and returns the others:
// at least least and at most most of them.
func (f *flags) parse(c *console, args []string, least, most int) ([]string, error) {
	var others []string
	for {
		err := f.Parse(args)
		if errors.Is(err, flag.ErrHelp) {
			f.command.usage(c.stdout, f.lines())
			return nil, errHelp
		}
		if err != nil {
			return nil, mistake("%s: %w; see enrol help %s", f.Name(), err, f.Name())
		}
		rest := f.Args()
		if len(rest) == 0 {
			break
		}
		if ended := len(args) - len(rest); ended > 0 && args[ended-1] == "--" {
			others = append(others, rest...)
			break
		}
		others, args = append(others, rest[0]), rest[1:]
	}
	if empty := f.empty(); empty != "" {
		return nil, mistake("%s: --%s has an empty value; leave it out, or see enrol help %s", f.Name(), empty, f.Name())
	}
	switch {
	case len(others) < least:
		return nil, mistake("%s: an argument is missing: %s; see enrol help %s", f.Name(), f.command.args, f.Name())
	case len(others) > most:
		return nil, mistake("%s: unexpected argument %q; see enrol help %s", f.Name(), others[most], f.Name())
	}
	return others, nil
}

// empty returns a flag with an empty value, as from a shell variable that is
// not set. No flag accepts that.
func (f *flags) empty() (name string) {
	f.Visit(func(one *flag.Flag) {
		if one.Value.String() == "" {
			name = one.Name
		}
	})
	return name
}

// given reports whether the arguments have a flag.
func (f *flags) given(name string) (is bool) {
	f.Visit(func(one *flag.Flag) { is = is || one.Name == name })
	return is
}

// lines describes the flags, one after another.
func (f *flags) lines() string {
	var out strings.Builder
	f.VisitAll(func(one *flag.Flag) {
		name, usage := flag.UnquoteUsage(one)
		out.WriteString("  --" + one.Name)
		if name != "" {
			out.WriteString(" " + name)
		}
		out.WriteString("\n        " + usage)
		if one.DefValue != "" && one.DefValue != "false" {
			out.WriteString(" (default " + one.DefValue + ")")
		}
		out.WriteString("\n")
	})
	return out.String()
}
