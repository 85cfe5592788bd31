package cluster

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"go.uber.org/zap"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// Member is one server of a cluster.
type Member struct {
	Name   string
	Client string // HOST:PORT for clients
	Peer   string // HOST:PORT for the other members

	advertised string // where the others find it: Peer, or a proxy that leads there
	metrics    string // HOST:PORT that tells its health, without TLS
	program    string
	arguments  []string

	mu      sync.Mutex
	command *exec.Cmd
	ended   chan struct{}
}

func newMember(dir string, n int, options Options) (*Member, error) {
	m := &Member{Name: fmt.Sprintf("m%d", n), program: options.Program}
	for _, address := range []*string{&m.Client, &m.Peer, &m.metrics} {
		var err error
		if *address, err = freePort(); err != nil {
			return nil, err
		}
	}
	m.advertised = m.Peer
	if options.PeerProxy != nil {
		m.advertised = options.PeerProxy(n, m.Peer)
	}
	scheme := "http://"
	if options.Certificate != "" {
		scheme = "https://"
		m.arguments = append(m.arguments, "--cert-file="+options.Certificate, "--key-file="+options.Key)
	}
	if options.Authority != "" {
		m.arguments = append(m.arguments, "--client-cert-auth", "--trusted-ca-file="+options.Authority)
	}
	m.arguments = append(m.arguments,
		"--name="+m.Name, "--data-dir="+filepath.Join(dir, m.Name), "--logger=zap",
		"--listen-client-urls="+scheme+m.Client, "--advertise-client-urls="+scheme+m.Client,
		"--listen-peer-urls=http://"+m.Peer, "--initial-advertise-peer-urls=http://"+m.advertised,
		"--listen-metrics-urls=http://"+m.metrics, "--initial-cluster-token="+filepath.Base(dir),
		"--unsafe-no-fsync") // processes end here, and no machine
	m.arguments = append(m.arguments, options.Arguments...)
	return m, nil
}

// Start starts the member, the first time or after Kill, on the data that it has.
func (m *Member) Start() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	command := exec.Command(m.program, m.arguments...)
	if os.Getenv("ENROL_TEST_LOG") != "" {
		command.Stderr = os.Stderr
	}
	command.Env = environment()
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // should the tests end early
	if err := command.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() {
		_ = command.Wait()
		close(ended)
	}()
	m.command, m.ended = command, ended
	return nil
}

// environment is that of the tests without variables that configure etcd.
func environment() (kept []string) {
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "ETCD_") {
			kept = append(kept, variable)
		}
	}
	return kept
}

// ID returns the number of the member's process, or 0 if it does not run.
func (m *Member) ID() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.command == nil {
		return 0
	}
	return m.command.Process.Pid
}

// Kill ends the member at once, as kill -9, and waits for its end.
func (m *Member) Kill() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.command == nil {
		return
	}
	_ = m.command.Process.Kill()
	<-m.ended
	m.command = nil
}

// Pause stops the member in the middle of what it does, with its connections
// open, and returns when it has stopped: on a busy machine, its threads run on for
// a while after the signal. Resume continues it.
func (m *Member) Pause() error {
	if err := m.signal(syscall.SIGSTOP); err != nil {
		return err
	}
	m.mu.Lock()
	pid := m.command.Process.Pid
	m.mu.Unlock()
	var status syscall.WaitStatus
	_, err := syscall.Wait4(pid, &status, syscall.WUNTRACED, nil)
	if err == nil && !status.Stopped() {
		err = fmt.Errorf("member %s ended instead of stopping", m.Name)
	}
	return err
}

// Resume continues a member after Pause.
func (m *Member) Resume() error { return m.signal(syscall.SIGCONT) }

func (m *Member) signal(signal syscall.Signal) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.command == nil {
		return fmt.Errorf("member %s does not run", m.Name)
	}
	return m.command.Process.Signal(signal)
}

// Healthy reports whether the member runs, and follows a leader or is it.
func (m *Member) Healthy() bool {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+m.metrics+"/health", nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// leads reports whether the member runs and believes that it is the leader.
func (m *Member) leads(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	client, err := clientv3.New(clientv3.Config{Endpoints: []string{m.Client}, Logger: zap.NewNop()})
	if err != nil {
		return false
	}
	defer client.Close()
	status, err := client.Status(ctx, m.Client)
	return err == nil && status.Leader == status.Header.MemberId
}
