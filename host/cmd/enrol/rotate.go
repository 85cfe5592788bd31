package main

import (
	"log/slog"
	"time"

	"github.com/enrol-sso/enrol/host"
)

// The smallest bounds of an audit file: below them, there would be a file for each
// request.
const (
	leastAuditBytes = 4 << 10
	leastAuditAge   = time.Second
)

// checkRotation checks the flags about the rotation of the audit file.
func checkRotation(options host.AuditFileOptions) error {
	switch {
	case options.MaxBytes != 0 && options.MaxBytes < leastAuditBytes:
		return mistake("--audit-max-bytes %d: give at least %d, or 0 for no bound", options.MaxBytes, leastAuditBytes)
	case options.MaxAge != 0 && options.MaxAge < leastAuditAge:
		return mistake("--audit-max-age %s: give at least %s, or 0 for no bound", options.MaxAge, leastAuditAge)
	case options.Keep < 0:
		return mistake("--audit-keep %d: give the number of files to keep, or 0 for all", options.Keep)
	}
	return nil
}

// rotate rotates the audit file, and logs that.
func rotate(audit *host.AuditFile, logger *slog.Logger) {
	if err := audit.Rotate(); err != nil {
		logger.Error("SIGUSR1: the audit file cannot be rotated", "error", err)
		return
	}
	logger.Info("SIGUSR1: the audit file was rotated")
}
