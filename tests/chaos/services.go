//go:build linux

package main

import (
	"encoding/json"
	"net/http"

	"github.com/enrol-sso/enrol/tests/chaos/ledger"
)

// services is the handler of the callback service and of the message service: it
// records what they receive.
func services(events *ledger.Events) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var call struct {
			Data struct {
				Kind, Username, Email, To, Token string
			}
		}
		if err := json.NewDecoder(r.Body).Decode(&call); err != nil {
			http.Error(w, "no JSON", http.StatusBadRequest)
			return
		}
		about := ledger.Event{Kind: call.Data.Kind, Name: call.Data.Username, Email: call.Data.To}
		if r.URL.Path == callbackPath {
			about.Kind, about.Email = ledger.EventSignup, call.Data.Email
		}
		events.Hear(r.Header.Get("Webhook-Id"), about, call.Data.Token)
	})
}

const (
	callbackPath = "/callback"
	messagePath  = "/message"
)
