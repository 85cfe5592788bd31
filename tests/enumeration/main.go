// Command enumeration measures whether the time of an answer reveals who has an
// account. It serves signups like enrol serve, on a store on disk with many
// accounts and claims, and sends several kinds of requests in random order. The
// kinds of a signup are: a free name and address, the name of a claim, the name
// of an account, and the address of an account; plan.go has the kinds of other
// operations. All answers must be equal, which it checks, and equally fast: it
// prints Welch's t for each pair of kinds. Above 4.5 in either direction two
// kinds count as different. That is printed and is not an error, since a busy
// machine can cause it too.
//
// How it measures:
//
//   - Each caller sends one request after another on one connection. One is
//     the quietest, two (as many as there are by default) are done in half the
//     time.
//   - The order is one random permutation of all requests. Whatever a request
//     leaves behind (deliveries in the background, a fuller store, garbage)
//     meets the kinds after it alike. Blocks that hold each kind once would
//     not do: there a kind rarely follows itself.
//   - Names and addresses of all kinds are drawn from one space and have one
//     length. Each account and each claim is asked for once by name, and each
//     account once by address, so that nothing is in a cache for having been
//     asked for before.
//   - Where half of the accounts have the costs of hashes of an older
//     configuration, so have about half of the unknown names. Then the means
//     are compared: which cost a name has is no secret.
//   - Requests at the beginning warm up and do not count.
//   - t is printed of all times, and of those below a common bound, the 95th
//     percentile of all kinds together: pauses of the disk and of the garbage
//     collector meet every kind, and only blur the picture.
//   - "After" is t of the times of requests by the kind of the request before
//     them in the order: what a request leaves to be done in the background
//     could tell as well. It is sharpest with one caller.
package main

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"time"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "enumeration:", err)
		os.Exit(1)
	}
}

// settings are the values of the flags.
type settings struct {
	operation operation
	requests  int
	warmUp    int
	module    string
	native    bool
	callers   int
	callbacks bool
	quick     bool
	same      bool
	seed      uint64
}

// older is the part of the configuration about the hash of passwords when the
// first accounts were made.
func (s settings) older() string {
	if s.operation.older {
		return costlier.Replace(s.hash())
	}
	return s.hash()
}

// hash is the part of the configuration about the hash of passwords.
func (s settings) hash() string {
	if s.quick {
		return quick
	}
	return cheap
}

func run() error {
	var s settings
	name := flag.String("operation", "signup", "`NAME` of what is measured: "+strings.Join(slices.Sorted(maps.Keys(operations)), ", "))
	flag.IntVar(&s.requests, "requests", 20_000, "how many `requests` are measured")
	flag.IntVar(&s.warmUp, "warm-up", 1_000, "how many `requests` come before")
	flag.StringVar(&s.module, "module", "build/signup.wasm", "`FILE` of the module to run")
	flag.BoolVar(&s.native, "native", false, "run the core natively")
	flag.IntVar(&s.callers, "callers", 2, "how many `callers` there are at once")
	flag.BoolVar(&s.quick, "quick", false, "hash passwords with PBKDF2 and next to no work: less time, and less noise in it")
	flag.BoolVar(&s.callbacks, "callbacks", false, "call a service for each new account, too")
	flag.BoolVar(&s.same, "same", false, "send one kind under all names, to see what the measurement itself does")
	flag.Uint64Var(&s.seed, "seed", uint64(time.Now().UnixNano()), "`NUMBER` that the order comes from")
	flag.Parse()
	known := false
	if s.operation, known = operations[*name]; !known {
		return fmt.Errorf("%q is no operation that is measured", *name)
	}
	if s.requests < 100 || s.warmUp < 1 || s.callers < 1 {
		return fmt.Errorf("%d requests after %d by %d callers tell nothing", s.requests, s.warmUp, s.callers)
	}

	began := time.Now()
	dir, err := os.MkdirTemp("", "enrol-enumeration-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	random := rand.New(rand.NewPCG(s.seed, 0))
	each := (s.requests + s.warmUp + len(s.operation.names) - 1) / len(s.operation.names)

	installation, err := place(dir, s)
	if err != nil {
		return err
	}
	people, err := installation.populate(context.Background(), random, each, s)
	if err != nil {
		return fmt.Errorf("populating the store: %w", err)
	}
	fmt.Printf("%d accounts, %d claims and %d void ones after %.0f s; seed %d\n", each, each, each, time.Since(began).Seconds(), s.seed)

	server, err := installation.serve(s)
	if err != nil {
		return err
	}
	defer server.close()
	samples, err := measure(server.url, plan(random, people, s), s)
	if err != nil {
		return err
	}
	if err := server.close(); err != nil {
		return err
	}
	report(os.Stdout, s.operation.names, samples)
	fmt.Printf("%.0f s in all\n", time.Since(began).Seconds())
	return nil
}
