package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"time"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/host/internal/backup"
	"github.com/enrol-sso/enrol/kv/pebble"
	"github.com/enrol-sso/enrol/signup"
)

// copyPath is the path of a copy of the files of the store, which is there until the
// command closes the connection. Only the socket has it.
const copyPath = "/backup"

// auditBackup is the operation in the audit trail for that.
const auditBackup = "store.backup"

// lentCopy is the answer: the copy, or why there is none.
type lentCopy struct {
	Name  string    `json:"name,omitempty"` // of its directory within the data
	Files []string  `json:"files,omitempty"`
	Keys  []string  `json:"keys,omitempty"` // ids of the secret keys
	Begun time.Time `json:"begun"`          // it has everything that was acknowledged before
	Error string    `json:"error,omitempty"`
}

// source is the files of a copy for a backup of data in a directory.
func (l *lentCopy) source(data string) backup.Source {
	return backup.Source{Dir: filepath.Join(data, l.Name), Files: l.Files, Keys: l.Keys}
}

// copyStore makes a copy of the files of a store, which its caller closes.
func copyStore(ctx context.Context, store *pebble.Store) (*lentCopy, *pebble.Checkpoint, error) {
	begun := time.Now()
	made, err := store.Checkpoint(ctx)
	if err != nil {
		return nil, nil, err
	}
	keys, err := store.Get(ctx, []string{signup.MetaKeys})
	var ids []string
	if err == nil {
		ids, err = signup.KeyIDs(keys[0])
	}
	if err != nil {
		return nil, nil, errors.Join(err, made.Close())
	}
	return &lentCopy{Name: filepath.Base(made.Dir), Files: made.Files, Keys: ids, Begun: begun}, made, nil
}

// lendCopy answers with a copy, and removes it when the command has left or the server
// stops.
func (in *installation) lendCopy(w http.ResponseWriter, r *http.Request, store *pebble.Store, stop <-chan struct{}) error {
	connection := http.NewResponseController(w)
	err := errors.Join(connection.SetReadDeadline(time.Time{}), connection.SetWriteDeadline(time.Time{}),
		in.enrol.Note(r.Context(), signup.AuditEvent{CID: host.NewCID(), Op: auditBackup, CurrentUser: r.RemoteAddr, Result: signup.StatusOK}))
	var lent *lentCopy
	var made *pebble.Checkpoint
	if err == nil {
		lent, made, err = copyStore(r.Context(), store)
	}
	if err != nil {
		return errors.Join(err, json.NewEncoder(w).Encode(lentCopy{Error: oneLine(err.Error())}))
	}
	if err := errors.Join(json.NewEncoder(w).Encode(lent), connection.Flush()); err != nil {
		return errors.Join(err, made.Close())
	}
	select {
	case <-r.Context().Done():
		return made.Close()
	case <-stop:
		return errors.Join(errStopping, made.Close())
	}
}

// copied asks a server for a copy of its files, until stop is closed, and calls a
// function with it.
func (s *remote) copied(use func(*lentCopy) error, stop <-chan struct{}) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	answered := make(chan struct{})
	go func() {
		select {
		case <-stop:
			cancel()
		case <-answered:
		}
	}()
	lent, body, err := s.askForCopy(ctx)
	close(answered)
	if err != nil && isClosed(stop) {
		return backup.ErrStopped
	}
	if err != nil {
		return err
	}
	defer body.Close()
	ended := make(chan struct{})
	go func() {
		io.Copy(io.Discard, body)
		close(ended)
	}()
	if err = use(lent); err != nil && isClosed(ended) {
		err = fmt.Errorf("the server at %s ended meanwhile: %w", s.name, err)
	}
	return err
}

// askForCopy returns the copy that a server lends until the body is closed.
func (s *remote) askForCopy(ctx context.Context) (*lentCopy, io.ReadCloser, error) {
	request, err := s.request(ctx, http.MethodPost, copyPath, nil)
	if err != nil {
		return nil, nil, err
	}
	got, err := s.client.Do(request)
	if err != nil {
		return nil, nil, withoutURL(err)
	}
	var lent lentCopy
	err = json.NewDecoder(got.Body).Decode(&lent)
	switch {
	case err != nil || got.StatusCode != http.StatusOK:
		err = fmt.Errorf("the server at %s gave no copy of its files", s.name)
	case lent.Error != "":
		err = errors.New(lent.Error)
	}
	if err != nil {
		return nil, nil, errors.Join(err, got.Body.Close())
	}
	return &lent, got.Body, nil
}
