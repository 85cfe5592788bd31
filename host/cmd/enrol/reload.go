package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
)

// hangups returns a channel that receives each SIGHUP from now on, which would
// otherwise end the process. Signals that arrive while one is handled count as
// one.
func hangups() <-chan os.Signal {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	return signals
}

// operatorSignals are the signals that do not end a server.
type operatorSignals struct {
	hangups, rotations <-chan os.Signal
}

// obey reloads, and rotates the audit file, on each signal until stop is closed.
func (s *server) obey(signals operatorSignals, stop <-chan struct{}, c *console, in *installation, pages *public, logger *slog.Logger) {
	for {
		select {
		case <-signals.hangups:
			s.reload(c, in, pages, logger)
		case <-signals.rotations:
			rotate(in.audit, logger)
		case <-stop:
			return
		}
	}
}

// reload reopens the audit file and applies the current sso.conf. What cannot
// be used stays as it was.
func (s *server) reload(c *console, in *installation, pages *public, logger *slog.Logger) {
	if err := in.audit.Reopen(); err != nil {
		logger.Error("SIGHUP: the audit file cannot be reopened", "error", err)
	} else {
		logger.Info("SIGHUP: the audit file was reopened")
	}
	if s.conf == "" {
		return // the built-in configuration does not change
	}
	k, err := s.readConf(c, pages)
	next := &mails{folder: in.mails.folder}
	if err == nil {
		err = pages.check(k)
	}
	if err == nil {
		err = next.use(c, k, logger)
	}
	if err == nil {
		err = in.enrol.Reload(context.Background(), k.given)
	}
	if err != nil {
		logger.Error("SIGHUP: the configuration is refused, and the old one stays in force", "conf", s.conf, "error", oneLine(err.Error()))
		return
	}
	in.mails.replace(next)
	if err := pages.use(in, k); err != nil {
		logger.Error("SIGHUP: the public pages stay as they were; all else is reloaded", "conf", s.conf, "error", oneLine(err.Error()))
		return
	}
	if k.keeps {
		s.printMailbox(c, in, pages)
	}
	logger.Info("SIGHUP: the configuration is in force", "conf", s.conf)
}
