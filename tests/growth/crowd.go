//go:build linux

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// crowd is the hosts of one store, and their callers.
type crowd struct {
	members []*member
	callers int   // of each host
	signUps int64 // so far
}

// member is the process of a host.
type member struct {
	command *exec.Cmd
	input   io.WriteCloser
	orders  *json.Encoder
	replies *json.Decoder

	delivered int64
}

// gather starts hosts on a store.
func gather(at *site, count int, s settings) (*crowd, error) {
	c := &crowd{callers: s.callers / count}
	for range count {
		m, err := join(start{URL: at.url, Dir: at.dir, Key: at.key, Module: s.module, Native: s.native})
		if err != nil {
			c.end()
			return nil, err
		}
		c.members = append(c.members, m)
	}
	return c, nil
}

func join(s start) (*member, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	m := &member{command: exec.Command(program, hostArgument)}
	m.command.Stderr = os.Stderr
	m.command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if m.input, err = m.command.StdinPipe(); err != nil {
		return nil, err
	}
	output, err := m.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	m.orders, m.replies = json.NewEncoder(m.input), json.NewDecoder(output)
	if err := m.command.Start(); err != nil {
		return nil, err
	}
	_, err = m.say(s)
	return m, err
}

// say sends something to a host and reads its reply.
func (m *member) say(what any) (r reply, err error) {
	if err := errors.Join(m.orders.Encode(what), m.replies.Decode(&r)); err != nil {
		return r, fmt.Errorf("a host ended: %w", err)
	}
	if r.Error != "" {
		return r, errors.New(r.Error)
	}
	m.delivered = r.Delivered
	return r, nil
}

// each sends an order to all hosts at once, and returns their replies.
func (c *crowd) each(o order) ([]reply, error) {
	replies, errs := make([]reply, len(c.members)), make([]error, len(c.members))
	var all sync.WaitGroup
	for i, m := range c.members {
		all.Go(func() { replies[i], errs[i] = m.say(o) })
	}
	all.Wait()
	return replies, errors.Join(errs...)
}

// use makes all hosts take a configuration.
func (c *crowd) use(hash string) error {
	_, err := c.each(order{Hash: hash})
	return err
}

// signUp signs people up, and waits until their messages are delivered, which
// counts for what it costs and not for the time that it takes.
func (c *crowd) signUp(count int, s *sample) error {
	began := time.Now()
	replies, err := c.each(order{SignUps: count / len(c.members), Callers: c.callers})
	if err != nil {
		return err
	}
	s.wall += time.Since(began)
	for _, r := range replies {
		s.took = append(s.took, r.Took...)
		c.signUps += int64(len(r.Took))
	}
	return c.delivered()
}

// delivered waits until each sign-up so far has its message.
func (c *crowd) delivered() error {
	const patience = 5 * time.Minute
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		if _, err := c.each(order{}); err != nil {
			return err
		}
		var all int64
		for _, m := range c.members {
			all += m.delivered
		}
		switch {
		case all >= c.signUps:
			return nil
		case time.Now().After(end):
			return fmt.Errorf("%d of %d messages were delivered after %v", all, c.signUps, patience)
		}
	}
}

// end ends the hosts.
func (c *crowd) end() {
	if c == nil {
		return
	}
	for _, m := range c.members {
		_ = m.input.Close()
		_ = m.command.Wait()
	}
}
