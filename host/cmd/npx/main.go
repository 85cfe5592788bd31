// Command npx is the part of the npm package's command that Go code does, as a WASI
// command: what enrol prints about an sso.conf and about the content of a store. It
// opens no file. The JavaScript part of the command checks the arguments; see
// bindings/js/src/command.
//
//	npx init                         the recommended sso.conf
//	npx check|explain|lint FILE …    about the sso.conf in standard input, which is called FILE;
//	                                 with --json one JSON object per line, with --strict as enrol conf lint
//	npx fsck NAME                    the first line of standard input is the secret key, each other
//	                                 line an entry of the store NAME: {"key","data"}, in order
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/enrol-sso/enrol/host/internal/advice"
	"github.com/enrol-sso/enrol/host/internal/printout"
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/fsck"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// Exit statuses, those of enrol.
const (
	refused = 1
	mistake = 2
	fault   = 3
)

// failure is an error with its exit status. Any other error is a fault.
type failure struct {
	status int
	error
}

func main() {
	out := bufio.NewWriter(os.Stdout)
	err := run(os.Args[1:], os.Stdin, out)
	if err = errors.Join(err, out.Flush()); err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, "enrol: "+printout.OneLine(err.Error()))
	if f, ok := errors.AsType[failure](err); ok {
		os.Exit(f.status)
	}
	os.Exit(fault)
}

func run(args []string, in io.Reader, out io.Writer) error {
	asJSON, strict := slices.Contains(args, "--json"), slices.Contains(args, "--strict")
	switch name := args[0]; name {
	case "init":
		_, err := io.WriteString(out, advice.Recommended())
		return err
	case "fsck":
		return check(args[1], in, out)
	default:
		text, err := io.ReadAll(in)
		if err != nil {
			return err
		}
		return about(name, args[1], string(text), asJSON, strict, out)
	}
}

// about does what enrol conf check, explain or lint does.
func about(name, path, text string, asJSON, strict bool, out io.Writer) error {
	_, warnings, err := ssoconf.Parse(text)
	if bad, ok := errors.AsType[*ssoconf.Error](err); ok {
		printout.Notices(out, path, "", bad.Notices)
		printout.Notices(out, path, "warning: ", warnings)
		return failure{mistake, fmt.Errorf("%s: %s", path, printout.Count(len(bad.Notices), "error"))}
	}
	switch {
	case err != nil:
		return err
	case name == "check":
		printout.Notices(out, path, "warning: ", warnings)
		return nil
	case name == "explain":
		settings, err := advice.Explain(text)
		if err != nil {
			return err
		}
		if asJSON {
			return printout.JSON(out, settings)
		}
		return printout.Settings(out, path, settings)
	}
	findings, err := advice.Lint(text)
	if err != nil {
		return err
	}
	if asJSON {
		err = printout.JSON(out, findings)
	} else {
		err = printout.Findings(out, path, findings)
	}
	if n := printout.Serious(findings); err == nil && strict && n > 0 {
		return failure{refused, fmt.Errorf("%s: %s of high or medium severity", path, printout.Count(n, "finding"))}
	}
	return err
}

// check does what enrol fsck does.
func check(name string, in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20) // an entry has at most 64 KiB and a key of 1 KiB, escaped
	lines.Scan()
	keys, err := signup.ParseKeys(signup.Secret(lines.Text()))
	if err != nil {
		return failure{mistake, fmt.Errorf("the secret key: %w", err)}
	}
	checker := fsck.New(keys)
	for lines.Scan() {
		var entry struct{ Key, Data string }
		if err := json.Unmarshal(lines.Bytes(), &entry); err != nil {
			return err
		}
		stored := kv.Entry{Key: entry.Key}
		stored.Data, stored.Version = entry.Data, "1"
		if entry.Key == signup.MetaKeys {
			if err := signup.CheckKeys(keys, stored.Value); errors.Is(err, signup.ErrWrongKey) {
				return failure{mistake, fmt.Errorf("%s: %w", name, err)}
			}
		}
		checker.Add(stored)
	}
	if err := lines.Err(); err != nil {
		return err
	}
	findings := checker.Findings()
	if err := printout.Problems(out, findings); err != nil || len(findings) == 0 {
		return err
	}
	return failure{refused, errors.New(printout.Damaged(name, findings))}
}
