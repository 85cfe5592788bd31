package httpapi

import (
	"context"
	"net/http"
	"runtime"
	"strings"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/signup"
)

// logFault logs why there was no decision.
func (h *handler) logFault(ctx context.Context, operation string, response signup.Response) {
	if response.Fault == "" {
		return
	}
	log := h.logger.Error
	if ctx.Err() != nil {
		log = h.logger.Info // the caller hung up
	}
	log("no decision", "operation", operation, "cid", response.CID, "sub_status", response.SubStatus, "fault", response.Fault)
}

// bug answers a panic. The panic's text may quote the request, so only texts of
// the runtime are logged.
func (h *handler) bug(panicked any) answer {
	response := signup.Response{
		CID:       host.NewCID(),
		Status:    signup.StatusError,
		SubStatus: []signup.Code{signup.InternalError},
	}
	reason := "a panic"
	if err, ok := panicked.(runtime.Error); ok {
		reason = err.Error()
	}
	h.logger.Error("a bug", "cid", response.CID, "reason", reason, "in", panickedIn())
	return respond(http.StatusInternalServerError, response).with("Connection", "close")
}

// panickedIn returns the name of the function that panicked. Call it while
// recovering.
func panickedIn() string {
	callers := make([]uintptr, 32)
	frames := runtime.CallersFrames(callers[:runtime.Callers(1, callers)])
	panicking := false
	for {
		frame, more := frames.Next()
		if panicking && !strings.HasPrefix(frame.Function, "runtime.") {
			return frame.Function
		}
		panicking = panicking || frame.Function == "runtime.gopanic"
		if !more {
			return ""
		}
	}
}
