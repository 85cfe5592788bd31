package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/enrol-sso/enrol/signup"
)

func importCommand() *command {
	cmd := &command{
		name:    "import",
		args:    "[FILE]",
		summary: "Moves accounts in, with their password hashes.",
		details: `
Reads accounts from FILE or standard input: JSON Lines, or CSV whose first line
names the fields, as the form of the first character says. Accounts need a
username and a password_hash. They may have email, app_list, current_app,
display_name, first_name, middle_name, last_name, attrs, state (final, or
before_confirmation for those that wait for their token), approval_status,
is_approval_needed, is_locked, password_must_change, sign_up_time and the other
fields that enrol export writes. In CSV, lists are separated by ";", an attribute
has the column attrs.NAME, and an empty field is one that is absent.

Hashes are those of argon2, bcrypt, scrypt, PBKDF2, Django, LDAP ({SSHA},
{SSHA256}, {SSHA512}) and Firebase. Enrol replaces them when their owners log in.

With --from zato, FILE is a dump of the table zato_sso_user of Zato SSO in CSV with the
names of its columns, as psql and sqlite3 write it. What Zato encrypted needs the key of
Zato, in --zato-key-file. Accounts that were rejected there are left out.

Each account is imported on its own. One that cannot be is printed with its line
and the reason, and the others are imported; with --strict the first one ends the
import, after those that were begun. An account that exists already with the same
username and address stays as it is, so that an import can be repeated. Nobody is
sent a message, and no callback service is called.`,
		examples: []string{
			"enrol import --data ./data --conf sso.conf accounts.jsonl",
			"enrol import --data ./data --conf sso.conf --dry-run accounts.csv",
			"enrol import --data ./data --conf sso.conf --from zato --zato-key-file zato.key zato_sso_user.csv",
		},
	}
	cmd.run = func(c *console, args []string) error {
		var at place
		i := &importer{console: c}
		f := newFlags(cmd)
		at.operatorFlags(f)
		f.BoolVar(&i.dry, "dry-run", false, "check everything, and import nothing")
		f.BoolVar(&i.strict, "strict", false, "end at the first account that cannot be imported")
		origin := f.String("from", "", "read a dump of another system: `zato` for the table zato_sso_user of Zato SSO, in CSV")
		zatoKeyFile := f.String("zato-key-file", "", "`FILE`, of mode 0600, of the key that Zato encrypts with: key1 in its secrets.conf")
		args, err := f.parse(c, args, 0, 1)
		if err != nil {
			return err
		}
		switch {
		case f.given("from") && *origin != zatoOrigin:
			return mistake("import: --from must be %s; see enrol help import", zatoOrigin)
		case *zatoKeyFile != "" && *origin == "":
			return mistake("import: --zato-key-file needs --from %s", zatoOrigin)
		}
		in, err := openInput(c, args)
		if err != nil {
			return err
		}
		defer in.close()
		if *origin == zatoOrigin {
			i.source, err = newZatoReader(in, *zatoKeyFile)
		} else {
			i.source, err = newAccountReader(in)
		}
		if err != nil {
			return err
		}
		return i.importFrom(at, in)
	}
	return cmd
}

// importWindow is how many accounts are imported at once: enough for their commits
// and audit entries to share the syncs of the disk.
const importWindow = 256

// accountReader reads accounts one after another.
type accountReader interface {
	// next returns the next account as JSON, or why it cannot be read; io.EOF ends
	// the input, and any other error too.
	next() (arriving, error)
}

// arriving is an account of the input.
type arriving struct {
	line    int    // where it begins, from 1
	end     int64  // the offset in the input where it ends
	account []byte // JSON
	bad     string // why it is none, or ""

	rejected bool // in the other system: it is left out
}

// importer imports the accounts of an input.
type importer struct {
	*console
	source      accountReader
	dry, strict bool

	created, unchanged, refused int
	rejected                    int
	fault                       string
	bar                         *progress
	interrupted                 bool
	writeErr                    error
}

// importing is an account that is being imported.
type importing struct {
	arriving
	done chan verdict
}

// verdict is what became of an account.
type verdict struct {
	outcome string // of signup.ImportResponse
	refusal string
	fault   string
}

func (i *importer) importFrom(at place, in *input) error {
	by, err := openOperator(i.console, at, purpose{dry: i.dry})
	if err != nil {
		return err
	}
	stop := either(interruptsAndHangup(i.console), by.done)
	i.bar = &progress{}
	if isTerminal(i.stderr) {
		i.bar = &progress{out: i.stderr, total: in.size}
	}
	ended := make(chan struct{}) // closed: begin no more
	order := make(chan importing, importWindow)
	read := make(chan error, 1)
	go func() { read <- i.begin(by, order, stop, ended) }()
	line := 0
	for each := range order {
		line = each.line
		result := <-each.done
		i.note(each, result)
		if (result.fault != "" || i.writeErr != nil || i.strict && result.refusal != "") && !isClosed(ended) {
			close(ended)
		}
	}
	i.bar.clear()
	return worse(i.err(<-read, in.name, line), by.close())
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// begin reads accounts and begins to import them. Reading is in a goroutine that
// nobody waits for, because it can take forever.
func (i *importer) begin(by *operator, order chan<- importing, stop, ended <-chan struct{}) error {
	defer close(order)
	accounts, failed := make(chan arriving), make(chan error, 1)
	left := make(chan struct{})
	defer close(left)
	go func() {
		for {
			account, err := i.source.next()
			if err != nil {
				failed <- err
				return
			}
			select {
			case accounts <- account:
			case <-left:
				return
			}
		}
	}()
	for {
		select {
		case <-stop:
			i.interrupted = true
			return nil
		case <-ended:
			return nil
		case err := <-failed:
			return err
		case account := <-accounts:
			each := importing{account, make(chan verdict, 1)}
			go func() { each.done <- i.bring(by, each.arriving) }()
			order <- each
		}
	}
}

// bring imports one account. Accounts of one file can be in each other's way: those
// that were are tried again.
func (i *importer) bring(by *operator, account arriving) verdict {
	switch {
	case account.bad != "":
		return verdict{refusal: account.bad}
	case account.rejected:
		return verdict{}
	}
	request := slices.Concat([]byte(`{"account":`), account.account, []byte(`}`))
	if i.dry {
		request = slices.Concat([]byte(`{"dry_run":true,"account":`), account.account, []byte(`}`))
	}
	for wait := 20 * time.Millisecond; ; wait *= 2 {
		response, answer := by.run("import", request)
		busy := slices.Contains(response.SubStatus, signup.Busy)
		switch {
		case busy && wait < 2*time.Second:
			time.Sleep(wait)
			continue
		case response.Fault != "" || busy:
			return verdict{fault: cmp.Or(response.Fault, "too many others change the same accounts")}
		case !response.OK():
			return verdict{refusal: importRefusal(response)}
		}
		var imported signup.ImportResponse
		if err := json.Unmarshal(answer, &imported); err != nil {
			return verdict{fault: "the answer cannot be read"}
		}
		return verdict{outcome: imported.Outcome}
	}
}

// importRefusals are the meanings of the codes that import answers.
var importRefusals = map[signup.Code]string{
	signup.UsernameInvalid: "the username is not valid",
	signup.UsernameTooLong: "the username is too long",
	signup.UsernameExists:  "the username belongs to another account",
	signup.EmailInvalid:    "the e-mail address is not valid",
	signup.EmailExists:     "the e-mail address belongs to another account",
	signup.AppListInvalid:  "an application is not in apps.all, or there twice",
	signup.UserIDInvalid:   "the user_id belongs to another account",

	signup.NoSuchSignupToken: "a token belongs to another claim",
}

// importRefusal says why an account was not imported.
func importRefusal(response signup.Response) string {
	field := strings.TrimPrefix(response.Field, "account.")
	switch {
	case field != "" && response.Message != "":
		return field + " " + response.Message
	case field != "":
		return field + " is required"
	case response.Message != "":
		return response.Message
	}
	var reasons []string
	for _, code := range response.SubStatus {
		reasons = append(reasons, strings.TrimSpace(string(code)+" "+importRefusals[code]))
	}
	return strings.Join(reasons, ", ")
}

// note counts a result, and prints why an account was not imported.
func (i *importer) note(each importing, result verdict) {
	reason := result.refusal
	switch {
	case result.fault != "":
		if i.fault == "" {
			i.fault = result.fault
		}
		reason = "a fault: " + result.fault
	case reason != "":
		i.refused++
	case each.rejected:
		i.rejected++
	case result.outcome == "unchanged":
		i.unchanged++
	default:
		i.created++
	}
	if reason != "" && i.writeErr == nil {
		i.bar.clear()
		_, i.writeErr = fmt.Fprintf(i.stdout, "line %d: %s\n", each.line, oneLine(reason))
	}
	i.bar.update(each.end, &tally{requests: i.created + i.unchanged + i.refused + i.rejected, refused: i.refused})
}

// err is the error of an import, which sets the exit status. Otherwise it prints
// the result.
func (i *importer) err(readErr error, name string, line int) error {
	done := fmt.Sprintf("%s imported, %d already there, %d refused", count(i.created, "account"), i.unchanged, i.refused)
	if i.dry {
		done = fmt.Sprintf("%s would be imported, %d already there, %d refused", count(i.created, "account"), i.unchanged, i.refused)
	}
	if i.rejected > 0 {
		done += fmt.Sprintf(", %d rejected before and left out", i.rejected)
	}
	switch {
	case i.writeErr != nil:
		return fmt.Errorf("the results cannot be written: %w: %s", i.writeErr, done)
	case i.fault != "":
		return fmt.Errorf("the import ended with a fault: %s: %s; repeat it", i.fault, done)
	case i.interrupted:
		return fmt.Errorf("interrupted after line %d: %s; repeat the import", line, done)
	case readErr != nil && !isEOF(readErr):
		return fmt.Errorf("%s cannot be read: %w: %s", name, readErr, done)
	case i.strict && i.refused > 0:
		return &failure{exitRefused, fmt.Errorf("ended by --strict: %s", done)}
	case i.refused > 0:
		return &failure{exitRefused, errors.New(done)}
	}
	_, err := fmt.Fprintln(i.stdout, done)
	return err
}

// jsonReader reads JSON Lines.
type jsonReader struct{ lines *lineReader }

func (j *jsonReader) next() (arriving, error) {
	for {
		l, err := j.lines.next()
		if err != nil {
			return arriving{}, err
		}
		each := arriving{line: l.number, end: l.end, account: l.text}
		switch {
		case l.blank():
			continue
		case l.tooLong():
			each.bad = fmt.Sprintf("is longer than %d bytes", maxLine)
		case !json.Valid(l.text) || bytes.TrimSpace(l.text)[0] != '{':
			each.bad = "is no JSON object"
		}
		return each, nil
	}
}
