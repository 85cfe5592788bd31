// Package checking checks a store of any size in bounded memory. It finds what one
// fsck.Checker finds, whose memory grows with the store: it scatters the entries over
// parts by the account or event that they are about, keeps the parts in a temporary
// file, and checks one part after another. Its entry point is New.
package checking

import (
	"errors"
	"hash/maphash"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/fsck"
)

// parts is how many parts there are. A part of ten million accounts has ten thousand.
const parts = 1024

// Check is a check of a store.
type Check struct {
	checker *fsck.Checker
	entries *scattered
	show    func(part, parts int)

	mu     sync.Mutex // of what parts find
	owners *scattered // ids of accounts by blind index of their address
	found  []fsck.Finding
	err    error
}

// New begins a check with the keys of the store. Its temporary file, with entries as the
// store has them, is in a directory, and in that of the system if it cannot be there. A
// small store needs none. The function show, if any, is called with each part that was
// checked.
func New(keys *signup.Keys, dir string, show func(part, parts int)) *Check {
	return &Check{checker: fsck.New(keys), entries: newScattered(dir), owners: newScattered(dir), show: show}
}

// Add checks the next entry of a scan. It fails only if the temporary file does.
func (c *Check) Add(entry kv.Entry) error {
	if group := c.checker.AddApart(entry); group != "" {
		return c.entries.add(group, entry.Key, entry.Data)
	}
	return nil
}

// Findings returns what was found, in the order of the keys, and ends the check.
func (c *Check) Findings() ([]fsck.Finding, error) {
	defer c.Close()
	c.found = slices.Clone(c.checker.Findings())
	c.each(c.entries, c.checkPart)
	c.each(c.owners, c.checkOwners)
	fsck.Sort(c.found)
	return c.found, c.err
}

// Close removes the temporary files. Findings does too.
func (c *Check) Close() error { return errors.Join(c.entries.close(), c.owners.close()) }

// each calls a function with every part, several at a time.
func (c *Check) each(of *scattered, check func(part int) ([]fsck.Finding, error)) {
	var workers sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for part := range next {
				found, err := check(part)
				c.mu.Lock()
				c.found = append(c.found, found...)
				c.err = errors.Join(c.err, err)
				if c.show != nil && of == c.entries {
					c.show(part, parts)
				}
				c.mu.Unlock()
			}
		})
	}
	for part := range parts {
		if !of.parts[part].empty() {
			next <- part
		}
	}
	close(next)
	workers.Wait()
}

func (c *Check) checkPart(part int) ([]fsck.Finding, error) {
	var failed error
	checker := c.checker.Part(func(index, id string) {
		c.mu.Lock()
		defer c.mu.Unlock()
		if err := c.owners.add(index, index, id); err != nil {
			failed = err
		}
	})
	err := c.entries.each(part, func(key, data string) {
		checker.AddPart(kv.Entry{Key: key, Value: kv.Value{Data: data}})
	})
	return checker.Findings(), errors.Join(err, failed)
}

// checkOwners finds accounts with the same address.
func (c *Check) checkOwners(part int) (found []fsck.Finding, err error) {
	var owners [][2]string
	err = c.owners.each(part, func(index, id string) { owners = append(owners, [2]string{index, id}) })
	slices.SortFunc(owners, func(a, b [2]string) int { return strings.Compare(a[0]+a[1], b[0]+b[1]) })
	for i := 1; i < len(owners); i++ {
		if owners[i][0] == owners[i-1][0] {
			found = append(found, fsck.SameAddress(owners[i][1], owners[i-1][1]))
		}
	}
	return found, err
}

// partOf returns the part of a group.
func (s *scattered) partOf(group string) int {
	return int(maphash.String(s.seed, group) % parts)
}
