// Package cluster starts real etcd clusters for tests. Start is its one entry
// point. The members run the program that make build/etcd builds.
package cluster

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"go.uber.org/zap"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// patience is how long a cluster may take to start, or to elect a leader.
const patience = 2 * time.Minute

// Options configure a Cluster. The zero value is fine.
type Options struct {
	// Members is how many there are; 0 means 3.
	Members int

	// Program is the path of etcd; "" means build/etcd of this repository.
	Program string

	// Arguments are more arguments for each member, such as
	// --quota-backend-bytes=20000000.
	Arguments []string

	// Certificate, Key and Authority are paths of files in PEM; "" for no TLS. The
	// members serve clients with the first two, and with Authority only those
	// whose certificate it signed. Between members there is no TLS.
	Certificate, Key, Authority string

	// PeerProxy returns the address HOST:PORT of a proxy that leads to the address
	// where a member waits for the other ones; nil for none. The others use the
	// proxy, so that it can cut them off.
	PeerProxy func(member int, address string) string
}

// Cluster is a running cluster on this machine.
type Cluster struct {
	Members []*Member
	secure  bool
}

// Start makes a cluster whose members have their data below dir, and waits until
// it has a leader. Stop ends it.
func Start(dir string, options Options) (*Cluster, error) {
	if options.Members == 0 {
		options.Members = 3
	}
	if options.Program == "" {
		root, err := repository()
		if err != nil {
			return nil, err
		}
		options.Program = filepath.Join(root, "build", "etcd")
	}
	if _, err := os.Stat(options.Program); err != nil {
		return nil, fmt.Errorf("run make build/etcd first: %w", err)
	}
	c := &Cluster{secure: options.Certificate != ""}
	var peers []string
	for n := range options.Members {
		m, err := newMember(dir, n, options)
		if err != nil {
			return nil, err
		}
		c.Members = append(c.Members, m)
		peers = append(peers, m.Name+"=http://"+m.advertised)
	}
	for _, m := range c.Members {
		m.arguments = append(m.arguments, "--initial-cluster="+strings.Join(peers, ","))
		if err := m.Start(); err != nil {
			c.Stop()
			return nil, err
		}
	}
	if err := c.wait(); err != nil {
		c.Stop()
		return nil, err
	}
	return c, nil
}

// Stop kills all members.
func (c *Cluster) Stop() {
	for _, m := range c.Members {
		m.Kill()
	}
}

// URL returns the URL of the store under a prefix.
func (c *Cluster) URL(prefix string) string {
	scheme := "etcd://"
	if c.secure {
		scheme = "etcds://"
	}
	var all []string
	for _, m := range c.Members {
		all = append(all, m.Client)
	}
	return scheme + strings.Join(all, ",") + "/" + prefix
}

// Leader returns the member that the running ones follow, and waits for it. It
// needs a cluster without TLS and users.
func (c *Cluster) Leader(ctx context.Context) (*Member, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		for _, m := range c.Members {
			if m.leads(ctx) {
				return m, nil
			}
		}
		select {
		case <-ctx.Done():
			return nil, errors.New("the cluster has no leader")
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Connect returns a client of the cluster for what is no store's business, such
// as users and compaction. It must not be TLS.
func (c *Cluster) Connect() (*clientv3.Client, error) {
	var endpoints []string
	for _, m := range c.Members {
		endpoints = append(endpoints, m.Client)
	}
	return clientv3.New(clientv3.Config{Endpoints: endpoints, Logger: zap.NewNop()})
}

// wait waits until all members are healthy, as each says on its own port for
// that.
func (c *Cluster) wait() error {
	for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		healthy := 0
		for _, m := range c.Members {
			if m.Healthy() {
				healthy++
			}
		}
		if healthy == len(c.Members) {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("%d of %d members are healthy after %v; ENROL_TEST_LOG=1 shows what they print", healthy, len(c.Members), patience)
		}
	}
}

// repository returns the root of this repository, above the working directory.
func repository() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("the working directory is not within the repository")
		}
	}
}

func freePort() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer listener.Close()
	return listener.Addr().String(), nil
}
