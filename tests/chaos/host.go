//go:build linux

package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/enrol-sso/enrol/tests/postgres/pgserver"
)

// host is one machine with enrol serve: it keeps its address, and its process
// may end and start.
type host struct {
	command     string
	address     string
	arguments   []string
	environment []string
	log         *os.File

	mu      sync.Mutex
	process *exec.Cmd
	ended   chan struct{}
	wanted  bool   // it starts again if it ends by itself, as under a supervisor
	strange string // how it ended by itself, if not because something outside failed
}

// exitFault is the exit status for a fault outside, such as a store that does not
// answer at start.
const exitFault = 3

// restartAfter is the pause of the supervisor.
const restartAfter = 300 * time.Millisecond

// newHost prepares a host with its log in a folder, and with arguments of enrol
// serve in addition to its address.
func newHost(dir, command string, arguments, environment []string) (*host, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return nil, err
	}
	address := fmt.Sprintf("127.0.0.1:%d", pgserver.FreePort())
	return &host{
		command:     command,
		address:     address,
		arguments:   append([]string{"serve", "--listen", address}, arguments...),
		environment: append(os.Environ(), environment...),
		log:         log,
	}, nil
}

// start starts the process.
func (h *host) start() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.launch()
}

func (h *host) launch() error {
	process := exec.Command(h.command, h.arguments...)
	process.Env = h.environment
	process.Stderr = h.log
	process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := process.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	h.process, h.ended, h.wanted = process, ended, true
	go func() {
		err := process.Wait()
		close(ended)
		time.Sleep(restartAfter)
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.process != process || !h.wanted {
			return
		}
		if code := process.ProcessState.ExitCode(); code != exitFault {
			h.strange = fmt.Sprintf("the host at %s ended by itself, with %v: see %s", h.address, err, h.log.Name())
		}
		if err := h.launch(); err != nil {
			h.strange = err.Error()
		}
	}()
	return nil
}

// end sends a signal, and waits for the end.
func (h *host) end(signal os.Signal) error {
	h.mu.Lock()
	h.wanted = false
	process, ended := h.process, h.ended
	h.mu.Unlock()
	if err := process.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-ended
	return nil
}

// kill ends the process as a crash does.
func (h *host) kill() error { return h.end(syscall.SIGKILL) }

// stop ends the process as an operator does, and returns what was wrong with it.
func (h *host) stop() error {
	if err := h.end(syscall.SIGTERM); err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.strange != "" {
		return errors.New(h.strange)
	}
	if code := h.process.ProcessState.ExitCode(); code != 0 {
		return fmt.Errorf("the host at %s ended with status %d: see %s", h.address, code, h.log.Name())
	}
	return nil
}

// ready waits until the host serves.
func (h *host) ready(within time.Duration) error {
	client := http.Client{Timeout: 5 * time.Second}
	for end := time.Now().Add(within); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		response, err := client.Get("http://" + h.address + "/readyz")
		if err != nil {
			continue
		}
		response.Body.Close()
		if response.StatusCode == http.StatusOK {
			return nil
		}
	}
	return fmt.Errorf("the host at %s does not serve after %v: see %s", h.address, within, h.log.Name())
}

// kills is the fault that a process is killed with kill -9. Another starts.
func kills(hosts []*host) fault {
	return fault{"processes killed", 2 * time.Second, 6 * time.Second, func(random *rand.Rand) error {
		h := hosts[random.IntN(len(hosts))]
		if err := h.kill(); err != nil {
			return err
		}
		time.Sleep(time.Duration(random.IntN(1000)) * time.Millisecond)
		return h.start()
	}}
}
