package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// BenchmarkScans measures each command that reads or writes all accounts, in a process
// of its own: seconds, and the peak of its memory in MB.
func BenchmarkScans(b *testing.B) {
	dir := b.TempDir()
	input, err := os.Create(filepath.Join(dir, "accounts.jsonl"))
	if err != nil {
		b.Fatal(err)
	}
	out := bufio.NewWriter(input)
	for n := range *importAccounts {
		out.WriteString(movedAccount(fmt.Sprint("user", n)))
	}
	if err := out.Flush(); err != nil {
		b.Fatal(err)
	}
	input.Close()
	h := &workdir{dir: dir, env: []string{"GOMAXPROCS=2"}}
	for _, args := range [][]string{
		{"import", "--native", "accounts.jsonl"},
		{"fsck"},
		{"export", "--native", "--hashes"},
		{"backup", "backup"},
		{"restore", "--data", "restored", "--key-file", "data.key", "backup"},
	} {
		b.Run(args[0], func(b *testing.B) {
			for b.Loop() {
				cmd := h.command(args...)
				cmd.Stderr = os.Stderr
				begun := time.Now()
				if err := cmd.Run(); err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(time.Since(begun).Seconds(), "s")
				usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
				b.ReportMetric(float64(usage.Maxrss)*1024/1e6, "peak-MB")
				b.ReportMetric(cmd.ProcessState.UserTime().Seconds()+cmd.ProcessState.SystemTime().Seconds(), "cpu-s")
			}
		})
	}
}
