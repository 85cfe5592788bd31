//go:build linux

package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/etcd"
	members "github.com/enrol-sso/enrol/tests/etcd/cluster"
)

// trio is a cluster of three members of etcd.
type trio struct {
	*members.Cluster
	ways [][]*way // of each host, to each member
}

// prefix is where the store is in the cluster.
const prefix = "chaos"

func startEtcd(dir string, hosts int) (cluster, error) {
	running, err := members.Start(dir, members.Options{Arguments: []string{
		"--auto-compaction-mode=revision", "--auto-compaction-retention=10000", "--quota-backend-bytes=8000000000",
	}})
	if err != nil {
		return nil, err
	}
	t := &trio{Cluster: running}
	for range hosts {
		var ways []*way
		for _, m := range running.Members {
			w, err := newWay(m.Client)
			if err != nil {
				t.stop()
				return nil, err
			}
			ways = append(ways, w)
		}
		t.ways = append(t.ways, ways)
	}
	return t, nil
}

func (t *trio) url(host int) string {
	var all []string
	for _, w := range t.ways[host] {
		all = append(all, w.address())
	}
	return "etcd://" + strings.Join(all, ",") + "/" + prefix
}

func (t *trio) direct() string { return t.URL(prefix) }

func (t *trio) open(ctx context.Context) (kv.Store, error) {
	return etcd.Open(ctx, t.direct(), etcd.Options{})
}

func (t *trio) faults() []fault {
	var all []*way
	for _, ways := range t.ways {
		all = append(all, ways...)
	}
	return []fault{cuts(all), {"leaders killed or cut off", 8 * time.Second, 20 * time.Second, t.loseLeader}}
}

// rejoinWithin is how long a member may take to be healthy again.
const rejoinWithin = 3 * time.Minute

// loseLeader kills the leader, or cuts it off: it stops in the middle of what it
// does, with its connections open, and nobody who sends it something gets an
// answer. When it continues, it takes itself for the leader until it hears of
// another. Then it waits until the member is healthy again.
func (t *trio) loseLeader(random *rand.Rand) error {
	leader, err := t.Leader(context.Background())
	if err != nil {
		return err
	}
	away := 2*time.Second + time.Duration(random.IntN(4000))*time.Millisecond
	if random.IntN(2) == 0 {
		leader.Kill()
		time.Sleep(away)
		err = leader.Start()
	} else {
		if err := leader.Pause(); err != nil {
			return err
		}
		time.Sleep(away)
		err = leader.Resume()
	}
	if err != nil {
		return err
	}
	for end := time.Now().Add(rejoinWithin); !leader.Healthy(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			return fmt.Errorf("the member %s is not healthy after %v", leader.Name, rejoinWithin)
		}
	}
	return nil
}

func (t *trio) stop() {
	for _, ways := range t.ways {
		for _, w := range ways {
			w.stop()
		}
	}
	t.Stop()
}
