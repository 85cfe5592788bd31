//go:build linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of CPU time in /proc, on every architecture of Linux.
const tick = 10 * time.Millisecond

// usage is what processes have used.
type usage struct {
	cpu     time.Duration
	server  time.Duration // the part of a server in it
	written int64         // bytes that go to disk
}

func (u *usage) add(other usage) {
	u.cpu += other.cpu
	u.server += other.server
	u.written += other.written
}

// usageOf returns what processes have used with their children, those that ended
// included.
func usageOf(processes ...int) (total usage) {
	for _, process := range processes {
		total.add(usageAlone(process))
		lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", process))
		for _, list := range lists {
			text, _ := os.ReadFile(list)
			for _, child := range strings.Fields(string(text)) {
				if id, err := strconv.Atoi(child); err == nil {
					total.add(usageOf(id))
				}
			}
		}
	}
	return total
}

// usageAlone returns what a process has used with children that ended.
func usageAlone(process int) (u usage) {
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", process))
	text := string(stat)
	fields := strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
	const first = 11 // utime, then stime, cutime and cstime: field 14 of proc(5), and these begin with field 3
	for i := first; i < first+4 && i < len(fields); i++ {
		ticks, _ := strconv.ParseInt(fields[i], 10, 64)
		u.cpu += time.Duration(ticks) * tick
	}
	io, _ := os.ReadFile(fmt.Sprintf("/proc/%d/io", process))
	for line := range strings.Lines(string(io)) {
		if bytes, found := strings.CutPrefix(line, "write_bytes: "); found {
			u.written, _ = strconv.ParseInt(strings.TrimSpace(bytes), 10, 64)
		}
	}
	return u
}
