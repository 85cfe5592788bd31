package httpapi

import (
	"net/http"
	"strings"
)

// AdminPath is where Options.Admin is served.
const AdminPath = "/admin"

func isAdmin(path string) bool {
	return path == AdminPath || strings.HasPrefix(path, AdminPath+"/")
}

// serveAdmin serves the pages for operators. Callers send no API key there, since
// browsers keep none: the pages have sessions.
func (h *handler) serveAdmin(w http.ResponseWriter, r *http.Request) {
	if h.keys == nil {
		if refusal, refused := checkLocal(r); refused {
			refusal.unread(r).write(w)
			return
		}
	}
	h.admin.ServeHTTP(w, r)
}
