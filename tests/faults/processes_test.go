package faults

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/enrol-sso/enrol/kv/pebble"
)

// Variables for a process that shares a store.
const (
	sharedSocket = "ENROL_FAULTS_SOCKET"
	sharedTime   = "ENROL_FAULTS_TIME"
	sharedKill   = "ENROL_FAULTS_SHARED_KILL" // position, in effects; -1 for none
)

// sharing is how many processes deliver at once.
const sharing = 4

// sharer delivers due events of a store that it shares with other processes.
func sharer() {
	store, err := dial(os.Getenv(sharedSocket))
	if err != nil {
		panic(err)
	}
	now, err := strconv.ParseInt(os.Getenv(sharedTime), 10, 64)
	if err != nil {
		panic(err)
	}
	at, err := strconv.Atoi(os.Getenv(sharedKill))
	if err != nil {
		panic(err)
	}
	w := &world{engine: sweepSettings.engine(), store: store, clock: clockAt(now)}
	if at >= 0 {
		w.at = dieAt(position(at))
	}
	w.deaf = func(heard call) error {
		say(line{Step: -1, Call: []string{heard.service, heard.id, heard.userID, heard.username}})
		return nil
	}
	for {
		r := w.run("dispatch", `{"limit":5}`)
		if !r.OK() {
			panic(r.text)
		}
		if !r.More {
			return
		}
	}
}

// share runs processes on one store at once, and returns their deliveries.
// Processes with a position die there.
func share(t *testing.T, socket string, now int64, kills []int) (heard []call) {
	t.Helper()
	var mu sync.Mutex
	var all sync.WaitGroup
	for _, kill := range kills {
		all.Go(func() {
			command := exec.Command(os.Args[0])
			command.Env = append(os.Environ(), sharedSocket+"="+socket, fmt.Sprintf("%s=%d", sharedTime, now), fmt.Sprintf("%s=%d", sharedKill, kill))
			command.Stderr = os.Stderr
			output, err := command.StdoutPipe()
			if err == nil {
				err = command.Start()
			}
			if err != nil {
				t.Error(err)
				return
			}
			for lines := bufio.NewScanner(output); lines.Scan(); {
				var l line
				if err := json.Unmarshal(lines.Bytes(), &l); err != nil || l.Call == nil {
					t.Errorf("a process says %q: %v", lines.Text(), err)
					continue
				}
				mu.Lock()
				heard = append(heard, call{l.Call[0], l.Call[1], l.Call[2], l.Call[3]})
				mu.Unlock()
			}
			if err := command.Wait(); err != nil && command.ProcessState.Exited() {
				t.Errorf("a process ended by itself: %v", err)
			}
		})
	}
	all.Wait()
	return heard
}

// shared makes a store on disk with accounts, and offers it to other processes.
func shared(t *testing.T, accounts int) (w *world, socket string) {
	t.Helper()
	dir := t.TempDir()
	store, err := pebble.Open(filepath.Join(dir, "data"), pebble.Options{})
	if err != nil {
		t.Fatal(err)
	}
	socket = filepath.Join(dir, "store")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		listener.Close()
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	go offer(listener, store)
	w = &world{engine: sweepSettings.engine(), store: store, clock: clockAt(startTime)}
	w.must(t, "open", `{}`)
	for n := range accounts {
		w.must(t, "signup", signupRequest(fmt.Sprint("user", n), fmt.Sprintf("user%d@example.com", n), ""))
	}
	return w, socket
}

// Processes that share a store share the work: while none of them dies, each
// event is delivered once.
func TestProcessesDeliverEachEventOnce(t *testing.T) {
	t.Parallel()
	const accounts = 40
	w, socket := shared(t, accounts)
	w.heard = share(t, socket, startTime+second, slices.Repeat([]int{-1}, sharing))
	w.checkCalls(t)
	w.checkWhole(t)
	ids := map[string]bool{}
	for _, c := range w.heard {
		ids[c.id] = true
	}
	if want := accounts * (1 + len(callbacks)); len(w.heard) != want || len(ids) != want {
		t.Errorf("%d calls of %d events, want %d", len(w.heard), len(ids), want)
	}
	if left := len(w.list(t, "event/")); left != 0 {
		t.Errorf("%d events are left", left)
	}
}

// If processes die during delivery, each event is delivered at least once, by
// others when the leases of the dead have expired.
func TestProcessesThatDieLoseNoEvent(t *testing.T) {
	t.Parallel()
	const accounts = 40
	w, socket := shared(t, accounts)
	now := startTime + second
	for round := range 6 {
		var kills []int
		for n := range sharing {
			kills = append(kills, 11+17*n+29*round)
		}
		w.heard = append(w.heard, share(t, socket, now, kills)...)
		w.checkWhole(t)
		now += 61 * second
	}
	if left := len(w.list(t, "event/")); left == 0 {
		t.Error("all is delivered: the deaths prove nothing")
	}
	w.heard = append(w.heard, share(t, socket, now, slices.Repeat([]int{-1}, sharing))...)
	w.checkCalls(t)
	w.checkWhole(t)
	ids := map[string]bool{}
	for _, c := range w.heard {
		ids[c.id] = true
	}
	if left := len(w.list(t, "event/")); left != 0 || len(ids) != accounts*(1+len(callbacks)) {
		t.Errorf("%d events are left, %d were delivered", left, len(ids))
	}
}
