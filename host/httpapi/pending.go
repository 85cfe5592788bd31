package httpapi

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/enrol-sso/enrol/signup"
)

// pendingParameters are the parameters of the list, with the core's names.
var pendingParameters = []string{"status", "limit", "cursor"}

// pending lists the accounts that wait, for super-users. A body is ignored.
func (h *handler) pending(c call) answer {
	remoteAddr, ok := h.proxies.RemoteAddr(c.Request)
	if !ok {
		return unknownAddress().unread(c.Request)
	}
	request, refusal, ok := pendingRequest(c.URL.RawQuery, c, remoteAddr)
	if !ok {
		return refusal.unread(c.Request)
	}
	return asListed(h.run(c, "pending", request)).unread(c.Request)
}

// listing is the answer of pending with times in the original's form, which its
// clients read: UTC without a zone, like 2018-02-13T15:32:24.
type listing struct {
	CID    string              `json:"cid"`
	Status string              `json:"status"`
	Users  []map[string]string `json:"users"`
	Cursor string              `json:"cursor"`
}

// asListed rewrites an answer of pending in the form that clients of the original
// read.
func asListed(a answer) answer {
	if a.status != http.StatusOK {
		return a
	}
	var list listing
	if err := json.Unmarshal(a.body, &list); err != nil {
		return refuse(http.StatusInternalServerError, signup.InternalError, "")
	}
	for _, user := range list.Users {
		user["sign_up_time"] = strings.TrimSuffix(user["sign_up_time"], "Z")
	}
	body, err := json.Marshal(list)
	if err != nil {
		panic("httpapi: a listing cannot be encoded") // it contains only strings
	}
	a.body = body
	return a
}

// pendingRequest turns a query into the request of pending. If that fails, it
// returns the answer to send. The core checks the values.
func pendingRequest(query string, c call, remoteAddr string) (request []byte, refusal answer, ok bool) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, malformed("", "the query has a wrong escape, or a semicolon"), false
	}
	var members []member
	for _, name := range slices.Sorted(maps.Keys(values)) {
		switch given := values[name]; {
		case !slices.Contains(pendingParameters, name):
			return nil, unknownField(name), false
		case len(given) > 1:
			return nil, malformed(name, "is given more than once"), false
		case !utf8.ValidString(given[0]):
			return nil, malformed(name, "must be UTF-8"), false
		}
		members = append(members, newMember(name, parameter(name, values.Get(name))))
	}
	defaults := callDefaults{remoteAddr: remoteAddr, currentUser: c.currentUser(), superUser: c.superUser}
	return requestOf(members, defaults), answer{}, true
}

// parameter returns the value of a parameter: the limit as a number, if it is one.
func parameter(name, value string) any {
	if n, err := strconv.Atoi(value); name == "limit" && err == nil && strconv.Itoa(n) == value {
		return n
	}
	return value
}
