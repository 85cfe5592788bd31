//go:build linux

package pgserver

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// Process is a running program. PostgreSQL's refuse to run as root, so root runs
// all of them as the user postgres.
type Process struct {
	command *exec.Cmd
	ended   chan struct{}
}

// Launch starts a program. It ends at the latest when this process does.
func Launch(name string, arguments ...string) (*Process, error) {
	p := &Process{command: command(name, arguments...), ended: make(chan struct{})}
	if err := p.command.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = p.command.Wait()
		close(p.ended)
	}()
	return p, nil
}

// End sends a signal and waits for the end.
func (p *Process) End(signal syscall.Signal) {
	_ = p.command.Process.Signal(signal)
	<-p.ended
}

// ID returns the number of the process.
func (p *Process) ID() int { return p.command.Process.Pid }

// Run runs a program to its end.
func Run(name string, arguments ...string) error {
	c := command(name, arguments...)
	c.Stdout = nil
	var said strings.Builder
	c.Stderr = &said
	if err := c.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, said.String())
	}
	return nil
}

func command(name string, arguments ...string) *exec.Cmd {
	c := exec.Command(program(name), arguments...)
	c.Dir = "/"
	if os.Getenv("ENROL_TEST_LOG") != "" {
		c.Stderr = os.Stderr
	}
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT} // should this process end early
	if uid, gid, ok := unprivileged(); ok {
		c.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	return c
}

// program returns where a program is: Debian has versions of PostgreSQL, none
// of which is in the PATH.
func program(name string) string {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
		return n
	}
	if len(found) > 0 {
		return slices.MaxFunc(found, func(a, b string) int { return cmp.Compare(version(a), version(b)) })
	}
	return name
}

// unprivileged returns the user that runs the programs, if this process is root's.
func unprivileged() (uid, gid int, ok bool) {
	if os.Getuid() != 0 {
		return 0, 0, false
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		return 0, 0, false
	}
	uid, uidErr := strconv.Atoi(account.Uid)
	gid, gidErr := strconv.Atoi(account.Gid)
	return uid, gid, errors.Join(uidErr, gidErr) == nil
}

// Own gives a file to the user that runs the programs.
func Own(path string) error {
	if uid, gid, ok := unprivileged(); ok {
		return os.Chown(path, uid, gid)
	}
	return nil
}
