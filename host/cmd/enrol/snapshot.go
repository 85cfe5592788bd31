package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/host/internal/access"
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/pebble"
	"github.com/enrol-sso/enrol/signup"
)

// snapshotPath is the path of the whole content of the store, as it is on disk. Only
// the socket has it.
const snapshotPath = "/snapshot"

// auditSnapshot is the operation in the audit trail for the whole content.
const auditSnapshot = "store.snapshot"

// sentWithin is how long a command may take to read a part of the content.
const sentWithin = time.Minute

// toldWithin is how long it may take, when the server stops, to read that it does.
const toldWithin = time.Second

// errStopping is why the content of a server that stops is not complete.
var errStopping = errors.New("the server stops")

// snapshotLine is a line of the content: an entry, or after the last one its end.
// Texts are bytes here, because a damaged one may not be UTF-8.
type snapshotLine struct {
	Key  []byte       `json:"key,omitempty"`
	Data []byte       `json:"data,omitempty"`
	End  *snapshotEnd `json:"end,omitempty"`
}

// snapshotEnd ends the content.
type snapshotEnd struct {
	Error   string   `json:"error,omitempty"`   // why it is not complete
	Dropped []string `json:"dropped,omitempty"` // of pebble.Store.Dropped
}

// operatorFront returns the front for commands on this machine. There is none for a
// database, which commands use themselves.
func (in *installation) operatorFront(stop <-chan struct{}, logger *slog.Logger) []front {
	store, ok := in.store.(*pebble.Store)
	if !ok {
		return nil
	}
	listener, err := listenSocket(in.where.dir, logger)
	if err != nil {
		logger.Warn("commands need this server stopped, because it has no socket for them", "socket", socketPath(in.where.dir), "error", err)
		return nil
	}
	operations := httpapi.NewOperator(in.enrol, logger)
	return []front{{listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var err error
		switch {
		case r.Method == http.MethodGet && r.URL.Path == snapshotPath:
			access.Route(w, snapshotPath)
			err = in.sendSnapshot(w, r, store, stop)
		case r.Method == http.MethodPost && r.URL.Path == copyPath:
			access.Route(w, copyPath)
			err = in.lendCopy(w, r, store, stop)
		case r.Method == http.MethodGet && r.URL.Path == checkpointsPath:
			access.Route(w, checkpointsPath)
			err = in.sendCheckpoints(w, r)
		default:
			operations.ServeHTTP(w, r)
			return
		}
		switch {
		case err == nil:
		case errors.Is(err, errStopping) || r.Context().Err() != nil: // or the command ended
			logger.Info("the content of the store was not sent", "error", err)
		default:
			logger.Error("the content of the store was not sent", "error", err)
		}
	})}}
}

// sendSnapshot writes the content of this moment, one entry per line.
func (in *installation) sendSnapshot(w http.ResponseWriter, r *http.Request, store *pebble.Store, stop <-chan struct{}) (err error) {
	end := &snapshotEnd{}
	lines := json.NewEncoder(w)
	connection := http.NewResponseController(w)
	sent := make(chan struct{})
	defer close(sent)
	go func() { // a command that reads slowly, or not at all, must not delay the stop
		select {
		case <-stop:
			connection.SetWriteDeadline(time.Now().Add(toldWithin))
		case <-sent:
		}
	}()
	stopping := func() bool {
		select {
		case <-stop:
			return true
		default:
			return false
		}
	}
	defer func() {
		if err != nil && stopping() {
			err = errStopping
		}
		if err != nil {
			end.Error = oneLine(err.Error())
		}
		err = errors.Join(err, lines.Encode(snapshotLine{End: end}))
	}()
	err = in.enrol.Note(r.Context(), signup.AuditEvent{CID: host.NewCID(), Op: auditSnapshot, CurrentUser: r.RemoteAddr, Result: signup.StatusOK})
	if err != nil {
		return err
	}
	snapshot, err := store.Snapshot(r.Context())
	if err != nil {
		return err
	}
	defer snapshot.Close()
	if end.Dropped, err = store.Dropped(); err != nil {
		return err
	}
	for after := ""; ; {
		connection.SetWriteDeadline(time.Now().Add(sentWithin))
		if stopping() { // after the deadline, which a stop may have set before
			connection.SetWriteDeadline(time.Now().Add(toldWithin))
			return errStopping
		}
		entries, err := snapshot.Scan(r.Context(), "", after, kv.MaxScanLimit)
		if err != nil {
			return err
		}
		for _, entry := range entries {
			if err := lines.Encode(snapshotLine{Key: []byte(entry.Key), Data: []byte(entry.Data)}); err != nil {
				return err
			}
		}
		if len(entries) < kv.MaxScanLimit {
			return nil
		}
		after = entries[len(entries)-1].Key
	}
}

// snapshot hands every entry of the store of a server to a function, and returns what
// was dropped from its log.
func (s *remote) snapshot(use func(kv.Entry) error) (dropped []string, err error) {
	request, err := s.request(context.Background(), http.MethodGet, snapshotPath, nil)
	if err != nil {
		return nil, err
	}
	got, err := s.client.Do(request)
	if err != nil {
		return nil, withoutURL(err)
	}
	defer got.Body.Close()
	for lines := json.NewDecoder(bufio.NewReader(got.Body)); ; {
		var line snapshotLine
		err := lines.Decode(&line)
		switch {
		case errors.Is(err, io.EOF) || err == nil && line.End == nil && line.Key == nil:
			return nil, fmt.Errorf("the server at %s ended", s.name)
		case err != nil:
			return nil, err
		case line.End != nil && line.End.Error != "":
			return nil, errors.New(line.End.Error)
		case line.End != nil:
			return line.End.Dropped, nil
		}
		data := string(line.Data)
		if err := use(kv.Entry{Key: string(line.Key), Value: kv.Value{Version: kv.Version(data), Data: data}}); err != nil {
			return nil, err
		}
	}
}
