package main

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/wasm/wire"
)

// abiVersion is the version of ABI.md that the embedded module implements.
var abiVersion = fmt.Sprintf("%d.%d", wire.Major, wire.Minor)

func versionCommand() *command {
	cmd := &command{
		name:    "version",
		summary: "Prints the versions of enrol, of its sources, of the module's ABI, of Unicode and of Go.",
		details: `
The line commit has the commit of the sources, with +changed if they were changed
since then, or (unknown) if they were not built from a repository.`,
		examples: []string{"enrol version"},
	}
	cmd.run = func(c *console, args []string) error {
		if _, err := newFlags(cmd).parse(c, args, 0, 0); err != nil {
			return err
		}
		built := buildOf(debug.ReadBuildInfo())
		fmt.Fprintf(c.stdout, "enrol %s\ncommit %s\nabi %s\nunicode %s\ngo %s\n",
			built.version, cmp.Or(built.commit, unknownBuild), abiVersion, signup.UnicodeVersion(), runtime.Version())
		return nil
	}
	return cmd
}

// linkedVersion, linkedCommit and linkedDay, the day of the commit, are set by make
// build.
var linkedVersion, linkedCommit, linkedDay string

// unknownBuild stands for a version or commit that the build did not record.
const unknownBuild = "(unknown)"

// build identifies the sources that the command was built from.
type build struct {
	version string
	commit  string // "" if unknown
}

// buildOf prefers what make build set to what Go recorded: the version of the module
// for go install, and the commit for a build in a repository.
func buildOf(info *debug.BuildInfo, ok bool) build {
	b := build{linkedVersion, linkedCommit}
	if ok {
		b.version = cmp.Or(b.version, info.Main.Version)
		recorded, changed := "", ""
		for _, setting := range info.Settings {
			switch {
			case setting.Key == "vcs.revision":
				recorded = setting.Value
			case setting.Key == "vcs.modified" && setting.Value == "true":
				changed = "+changed"
			}
		}
		if recorded != "" {
			b.commit = cmp.Or(b.commit, recorded+changed)
		}
	}
	b.version = cmp.Or(b.version, unknownBuild)
	return b
}
