package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

const (
	barWidth      = 24
	progressEvery = 100 * time.Millisecond
)

// progress is a bar on a terminal. Its zero value shows nothing.
type progress struct {
	out   io.Writer
	total int64 // bytes of the input, 0 if unknown
	shown time.Time
}

// newProgress returns a bar if standard error is a terminal and standard output
// is not.
func newProgress(c *console, total int64) *progress {
	if !isTerminal(c.stderr) || isTerminal(c.stdout) {
		return &progress{}
	}
	return &progress{out: c.stderr, total: total}
}

// newCount returns a progress of what has no known end, for commands that print only
// at their end: standard output may be a terminal too.
func newCount(c *console) *progress {
	if !isTerminal(c.stderr) {
		return &progress{}
	}
	return &progress{out: c.stderr}
}

// isTerminal reports whether a stream is a terminal, or another character
// device except the null device.
func isTerminal(stream any) bool {
	if out, ok := stream.(*output); ok {
		stream = out.Writer
	}
	file, ok := stream.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}

// update shows the progress, unless it did a moment ago.
func (p *progress) update(done int64, t *tally) {
	p.show(func() string { return p.bar(done, t) })
}

// show shows a text in place of the one before, unless it did a moment ago.
func (p *progress) show(text func() string) {
	if p.out == nil || time.Since(p.shown) < progressEvery {
		return
	}
	p.shown = time.Now()
	fmt.Fprint(p.out, "\r\x1b[K"+text())
}

func (p *progress) bar(done int64, t *tally) string {
	text := fmt.Sprintf("%d answered, %d refused", t.requests, t.refused)
	if t.faults > 0 {
		text += ", " + count(t.faults, "fault")
	}
	if p.total <= 0 {
		return text
	}
	share := float64(min(done, p.total)) / float64(p.total)
	full := int(share * barWidth)
	return fmt.Sprintf("[%s%s] %3d %%  %s", strings.Repeat("#", full), strings.Repeat(".", barWidth-full), int(share*100), text)
}

// clear removes the bar.
func (p *progress) clear() {
	if p.out != nil && !p.shown.IsZero() {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}
