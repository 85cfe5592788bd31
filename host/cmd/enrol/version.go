package main

import (
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
		name:     "version",
		summary:  "Prints the versions of enrol, of the module's ABI, of Unicode and of Go.",
		examples: []string{"enrol version"},
	}
	cmd.run = func(c *console, args []string) error {
		if _, err := newFlags(cmd).parse(c, args, 0, 0); err != nil {
			return err
		}
		fmt.Fprintf(c.stdout, "enrol %s\nabi %s\nunicode %s\ngo %s\n",
			version(), abiVersion, signup.UnicodeVersion(), runtime.Version())
		return nil
	}
	return cmd
}

// version is the version of the module that the command was built from.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(unknown)"
}
