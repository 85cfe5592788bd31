package mail

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/kv/private"
	"github.com/enrol-sso/enrol/signup"
)

// MailboxPath is where a Mailbox must be mounted: this path and all below it.
const MailboxPath = "/mailbox"

// maxKept is how many mails a Mailbox keeps.
const maxKept = 200

// emlTime is the beginning of a file's name, so that names are in the order of
// time.
const emlTime = "20060102T150405Z"

// mailboxKey opens the pages of the mailboxes of this process. A request through a
// proxy on this machine that adds no header looks like one from this machine, so that
// only the key tells them apart.
var mailboxKey = sync.OnceValue(rand.Text)

// Mailbox keeps mails in a folder instead of sending them, for trying things out:
// as files that mail programs read, and at a page that opens only on this machine
// and with the key in its Path. The mails have tokens. Anyone who reads one can
// confirm its account.
type Mailbox struct {
	folder string
	writes sync.Mutex
}

// OpenMailbox returns the mailbox in a folder, which it creates if there is none.
// Only the owner can read the folder (0700) and the files (0600).
func OpenMailbox(folder string) (*Mailbox, error) {
	if err := os.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("the folder of mails cannot be created: %w", err)
	}
	if _, err := private.Dir(folder); err != nil {
		return nil, fmt.Errorf("the folder of mails cannot be used: %w", err)
	}
	return &Mailbox{folder: folder}, nil
}

// Path is where a browser opens the list of mails: MailboxPath with the key, which is
// another one in each process. Show it to the operator alone.
func (b *Mailbox) Path() string { return MailboxPath + "?key=" + mailboxKey() }

// Service returns a message service that keeps mails in the folder. Beyond the
// newest 200, it deletes the oldest ones.
func (b *Mailbox) Service(options RenderOptions) (host.Service, error) {
	renderer, err := NewRenderer(options)
	if err != nil {
		return nil, err
	}
	return func(_ context.Context, call signup.ServiceCall) (string, error) {
		m, err := renderer.Render(call)
		if err != nil {
			return "", err
		}
		if err := b.keep(m, call.Headers.ID); err != nil {
			return "", host.ServiceDown("the folder of mails cannot be written: "+pathless(err).Error(), 0)
		}
		return "", nil
	}, nil
}

// keep writes a mail. The mail of a repeated delivery replaces itself.
func (b *Mailbox) keep(m *Mail, id string) error {
	message, err := m.Message(nil)
	if err != nil {
		return err
	}
	at, err := time.Parse(time.RFC1123Z, m.Headers["Date"])
	if err != nil {
		return err
	}
	b.writes.Lock()
	defer b.writes.Unlock()
	if err := b.write(at.UTC().Format(emlTime)+"-"+id+".eml", message); err != nil {
		return err
	}
	names, err := b.names()
	if err != nil {
		return err
	}
	for _, name := range names[min(maxKept, len(names)):] {
		if err := os.Remove(filepath.Join(b.folder, name)); err != nil {
			return err
		}
	}
	return nil
}

// write writes a file at once, so that the page never shows half a mail.
func (b *Mailbox) write(name string, message []byte) (err error) {
	file, err := os.CreateTemp(b.folder, ".new-*") // 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(file.Name())
		}
	}()
	_, err = file.Write(message)
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), filepath.Join(b.folder, name))
}

// names returns the names of the mails, the newest one first.
func (b *Mailbox) names() ([]string, error) {
	entries, err := os.ReadDir(b.folder)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, entry := range entries {
		if isMailName(entry.Name()) && entry.Type().IsRegular() {
			names = append(names, entry.Name())
		}
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Compare(b, a) })
	return names, nil
}

// isMailName reports whether a name is one that keep gives. No other file is read or
// deleted.
func isMailName(name string) bool {
	at, id, found := strings.Cut(strings.TrimSuffix(name, ".eml"), "-")
	if _, err := time.Parse(emlTime, at); err != nil || !found || !strings.HasSuffix(name, ".eml") {
		return false
	}
	return isEventID(id)
}

// pathless returns an error without the path in it.
func pathless(err error) error {
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		return at.Err
	}
	if link, ok := errors.AsType[*os.LinkError](err); ok {
		return link.Err
	}
	return err
}
