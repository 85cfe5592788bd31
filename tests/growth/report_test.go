//go:build linux

package main

import (
	"testing"
	"time"
)

func TestARowHasWhatASignUpCosts(t *testing.T) {
	s := &sample{
		wall:   2 * time.Second,
		before: usage{cpu: time.Second, server: time.Second, written: 1 << 20},
		after:  usage{cpu: time.Second + 100*time.Millisecond, server: time.Second + 40*time.Millisecond, written: 1<<20 + 200<<10},
	}
	for n := range 100 { // 100 ms, 99 ms, …
		s.took = append(s.took, time.Duration(100-n)*time.Millisecond)
	}
	at := &site{place: &place{servers: []int{1}}, accounts: 1000, bytes: 2_105_999}
	if got, want := row("etcd", at, 4, "default", s), "| etcd | 1000 | 2105 | 4 | default | 50 | 51.0 | 100.0 | 1000 | 400 | 2.0 |"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	at.servers = nil
	if got, want := row("pebble", at, 1, "cheap", s), "| pebble | 1000 | 2105 | 1 | cheap | 50 | 51.0 | 100.0 | 1000 | - | 2.0 |"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	one := &sample{took: []time.Duration{7 * time.Millisecond}}
	if got := one.quantile(0.99); got != 7 {
		t.Errorf("the time of one sign-up is %v", got)
	}
}
