package main

import (
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

var importAccounts = flag.Int("accounts", 100_000, "how many accounts BenchmarkImport imports")

// BenchmarkImport measures an import into a new data directory: accounts per second,
// and per second of a processor, of this process with its disk writes.
func BenchmarkImport(b *testing.B) {
	var lines strings.Builder
	for n := range *importAccounts {
		lines.WriteString(movedAccount(fmt.Sprint("user", n)))
	}
	var elapsed, used time.Duration
	for b.Loop() {
		var stdout, stderr strings.Builder
		c := &console{strings.NewReader(lines.String()), &stdout, &stderr, func(string) string { return "" }}
		start, before := time.Now(), processorTime(b)
		status := run(c, []string{"import", "--native", "--data", filepath.Join(b.TempDir(), "data")})
		elapsed, used = elapsed+time.Since(start), used+processorTime(b)-before
		if want := fmt.Sprintf("%d accounts imported, 0 already there, 0 refused\n", *importAccounts); status != exitOK || stdout.String() != want {
			b.Fatalf("%d %s%s", status, stdout.String(), stderr.String())
		}
	}
	accounts := float64(b.N * *importAccounts)
	b.ReportMetric(accounts/elapsed.Seconds(), "accounts/s")
	b.ReportMetric(accounts/used.Seconds(), "accounts/cpu-s")
}

// processorTime returns how long this process has used processors.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
