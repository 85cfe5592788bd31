//go:build linux

// Command growth measures what sign-ups cost on each store, with several hosts
// and with more and more accounts. It prints a table, and the growth of the cost.
// kv/SCALING.md interprets it.
//
// How it measures:
//
//   - Every number of accounts has a store of its own, on disk, and takes turns
//     with the others: a busy machine slows all of them alike.
//   - The accounts are made by the operations signup and confirm of the core, with
//     a password hash that takes no time. Their addresses are confirmed. All stores
//     have the same ones.
//   - Each host is a process with an audit file, and signs up for a number of
//     callers at once. All hosts of a store have the same number of callers
//     together. A message service of the host receives each message.
//   - The cheap hash is PBKDF2 with the fewest rounds that the configuration
//     allows, so that the cost of the store is visible. The other hash is the
//     default.
//   - A sign-up takes the time that its caller waits. Its CPU time and what it
//     writes are those of all processes, the server and its background included,
//     from the first turn to the end of the last. So they count the delivery of its
//     message, and the work that the store puts off.
//   - All stores and hosts are on one machine, and the stores acknowledge what
//     is on disk.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

func main() {
	run := measure
	if len(os.Args) == 2 && os.Args[1] == hostArgument {
		run = serve
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "growth:", err)
		os.Exit(1)
	}
}

// settings are the values of the flags.
type settings struct {
	engines  []engine
	hosts    []int
	accounts []int
	signUps  int
	turns    int
	callers  int
	native   bool
	module   string
	dir      string
	hashes   []string
}

func parse() (s settings, err error) {
	names := flag.String("stores", "pebble,postgres,etcd", "`LIST` of stores")
	hosts := flag.String("hosts", "1,2,4", "`LIST` of numbers of hosts; a store for one process has one host")
	accounts := flag.String("accounts", "10000,100000,1000000", "`LIST` of numbers of accounts")
	hashes := flag.String("hashes", "cheap,default", "`LIST` of password hashes")
	flag.IntVar(&s.signUps, "sign-ups", 10_000, "`NUMBER` of sign-ups in each measurement with the cheap hash, and a tenth of that with the other")
	flag.IntVar(&s.turns, "turns", 10, "`NUMBER` of turns of each measurement")
	flag.IntVar(&s.callers, "callers", 16, "`NUMBER` of callers at once, of all hosts of a store")
	flag.BoolVar(&s.native, "native", false, "run the core as Go code instead of the module")
	flag.StringVar(&s.module, "module", "build/signup.wasm", "`FILE` of the module to run")
	flag.StringVar(&s.dir, "dir", "", "`FOLDER` for the stores, whose accounts another run uses again; a temporary one if empty")
	flag.Parse()
	if flag.NArg() > 0 {
		return s, fmt.Errorf("there are no arguments, only flags: %s", flag.Arg(0))
	}
	if s.hosts, err = numbers("hosts", *hosts); err != nil {
		return s, err
	}
	if s.accounts, err = numbers("accounts", *accounts); err != nil {
		return s, err
	}
	slices.Sort(s.accounts)
	for _, name := range strings.Split(*names, ",") {
		at := slices.IndexFunc(engines, func(e engine) bool { return e.name == name })
		if at < 0 {
			return s, fmt.Errorf("-stores: %q is none of %s", name, strings.Join(engineNames(), ", "))
		}
		s.engines = append(s.engines, engines[at])
	}
	for _, hash := range strings.Split(*hashes, ",") {
		if _, known := confs[hash]; !known {
			return s, fmt.Errorf("-hashes: %q is neither cheap nor default", hash)
		}
		s.hashes = append(s.hashes, hash)
	}
	if s.turns < 1 || s.callers < slices.Max(s.hosts) || s.signUps < 10*s.turns*slices.Max(s.hosts) {
		return s, fmt.Errorf("%d sign-ups in %d turns of %d callers are too few for %d hosts", s.signUps, s.turns, s.callers, slices.Max(s.hosts))
	}
	return s, nil
}

// numbers reads a list of numbers from 1.
func numbers(name, list string) (read []int, err error) {
	for _, text := range strings.Split(list, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("-%s: %q is no number from 1: write a list such as 1,2,4", name, text)
		}
		read = append(read, n)
	}
	return read, nil
}

func measure() error {
	s, err := parse()
	if err != nil {
		return err
	}
	if s.dir == "" {
		if s.dir, err = os.MkdirTemp("", "enrol-growth-"); err != nil {
			return err
		}
		defer os.RemoveAll(s.dir)
		if err := os.Chmod(s.dir, 0o755); err != nil { // servers run as other users
			return err
		}
	}
	began := time.Now()
	people, err := populate(s.dir, slices.Max(s.accounts))
	if err != nil {
		return err
	}
	fmt.Println(heading)
	for _, e := range s.engines {
		if err := s.measureEngine(context.Background(), e, people); err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
	}
	fmt.Printf("%.0f s in all\n", time.Since(began).Seconds())
	return nil
}

// measureEngine measures one kind of store.
func (s settings) measureEngine(ctx context.Context, e engine, people *population) error {
	var sites []*site
	defer func() {
		for _, at := range sites {
			at.stop()
		}
	}()
	for _, accounts := range s.accounts {
		at, err := people.prepare(ctx, e, s.dir, accounts)
		if err != nil {
			return fmt.Errorf("%d accounts: %w", accounts, err)
		}
		sites = append(sites, at)
	}
	hosts := s.hosts
	if !e.shared {
		hosts = []int{1}
	}
	for _, count := range hosts {
		if err := s.measureHosts(e, sites, count); err != nil {
			return fmt.Errorf("%d hosts: %w", count, err)
		}
	}
	return nil
}

// measureHosts measures with a number of hosts on each store.
func (s settings) measureHosts(e engine, sites []*site, count int) error {
	crowds := make([]*crowd, len(sites))
	defer func() {
		for _, c := range crowds {
			c.end()
		}
	}()
	for i, at := range sites {
		var err error
		if crowds[i], err = gather(at, count, s); err != nil {
			return err
		}
	}
	for _, hash := range s.hashes {
		signUps := s.signUps
		if hash == "default" {
			signUps /= 10
		}
		samples := make([]sample, len(sites))
		for i, c := range crowds {
			if err := c.use(hash); err != nil {
				return err
			}
			samples[i].before = sites[i].usage(c)
		}
		for range s.turns {
			for i, c := range crowds {
				if err := c.signUp(signUps/s.turns, &samples[i]); err != nil {
					return err
				}
			}
		}
		for i, c := range crowds {
			samples[i].after = sites[i].usage(c)
			fmt.Println(row(e.name, sites[i], count, hash, &samples[i]))
		}
		if last := len(samples) - 1; last > 0 {
			fmt.Printf("%s, %s, %s hash: CPU per sign-up at %d accounts is %.2f times that at %d\n", e.name, plural(count, "host"), hash,
				sites[last].accounts, samples[last].cpu()/samples[0].cpu(), sites[0].accounts)
		}
	}
	return nil
}
