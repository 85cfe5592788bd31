//go:build linux

package main

import (
	"fmt"
	"slices"
	"time"
)

// sample is what one measurement saw.
type sample struct {
	took          []time.Duration // of each sign-up
	wall          time.Duration
	before, after usage
}

// cpu returns the CPU time of a sign-up in microseconds.
func (s *sample) cpu() float64 {
	return float64((s.after.cpu - s.before.cpu).Microseconds()) / float64(len(s.took))
}

// quantile returns the time in milliseconds below which a share of the sign-ups
// were answered.
func (s *sample) quantile(share float64) float64 {
	slices.Sort(s.took)
	return float64(s.took[min(int(share*float64(len(s.took))), len(s.took)-1)].Microseconds()) / 1000
}

const heading = "| store | accounts | bytes per account | hosts | hash | sign-ups/s | p50 ms | p99 ms | CPU µs per sign-up | of the servers | KiB written per sign-up |\n" +
	"|---|---:|---:|---:|---|---:|---:|---:|---:|---:|---:|"

// row returns a line of the table.
func row(store string, at *site, hosts int, hash string, s *sample) string {
	n := float64(len(s.took))
	server := "-"
	if len(at.servers) > 0 {
		server = fmt.Sprintf("%.0f", float64((s.after.server-s.before.server).Microseconds())/n)
	}
	return fmt.Sprintf("| %s | %d | %d | %d | %s | %.0f | %.1f | %.1f | %.0f | %s | %.1f |", store, at.accounts, at.bytes/int64(at.accounts), hosts, hash,
		n/s.wall.Seconds(), s.quantile(0.5), s.quantile(0.99), s.cpu(), server, float64(s.after.written-s.before.written)/n/1024)
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
