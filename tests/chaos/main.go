//go:build linux

// Command chaos runs three enrol serve processes on one store, behind a proxy,
// under a load of sign-ups, confirms, resends, approvals and rejections, many of
// which want the same name or address, while faults go on: processes are killed,
// servers of the store fail over, connections are cut in the middle of commits,
// and the clock of one host is ahead. Then it checks that nothing that was
// acknowledged is lost, and that nothing exists twice: see package ledger.
//
// It prints what it did, and exits with 1 if anything is wrong. See make chaos.
package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	var r run
	flag.StringVar(&r.store, "store", "postgres", "the store: "+strings.Join(storeNames(), " or "))
	flag.DurationVar(&r.lasts, "for", 45*time.Second, "how long the load lasts")
	flag.IntVar(&r.signups, "signups", 0, "the load lasts until so many sign-ups are acknowledged; 0: -for says how long")
	flag.Uint64Var(&r.seed, "seed", uint64(time.Now().UnixNano()), "chooses what clients do and which faults come when")
	flag.IntVar(&r.clients, "clients", 16, "clients that work at once")
	flag.StringVar(&r.command, "command", "build/enrol", "the command")
	flag.BoolVar(&r.native, "native", false, "let hosts run the core as native code: cheaper, for long runs")
	flag.BoolVar(&r.keep, "keep", false, "keep the folder with the logs")
	flag.Parse()
	if !slices.Contains(storeNames(), r.store) || flag.NArg() > 0 || r.clients < 1 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	ok, err := r.do(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "chaos:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

// random returns a source of random numbers for one purpose. With the same seed,
// each client and each fault makes the same choices, however they interleave.
func (r *run) random(purpose uint64) *rand.Rand { return rand.New(rand.NewPCG(r.seed, purpose)) }
