package httpapi

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"unicode/utf8"
)

// pendingParameters are those of the list, named as the core names them.
var pendingParameters = []string{"status", "limit", "cursor"}

// pending lists who waits, for super-users. A body says nothing.
func (h *handler) pending(c call) answer {
	request, refusal, ok := pendingRequest(c.URL.RawQuery, c.superUser)
	if !ok {
		return refusal.unread(c.Request)
	}
	return h.run(c, "pending", request).unread(c.Request)
}

// pendingRequest makes the request of pending out of a query. If it cannot, the
// answer says why; what the parameters may say is left to the core.
func pendingRequest(query string, superUser bool) (request []byte, refusal answer, ok bool) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, malformed("", "the query has a wrong escape, or a semicolon"), false
	}
	var text object
	text.open()
	for _, name := range slices.Sorted(maps.Keys(values)) {
		switch given := values[name]; {
		case !slices.Contains(pendingParameters, name):
			return nil, unknownField(name), false
		case len(given) > 1:
			return nil, malformed(name, "is given more than once"), false
		case !utf8.ValidString(given[0]):
			return nil, malformed(name, "has to be UTF-8"), false
		}
		text.name(`"` + name + `"`)
		text.Write(parameter(name, values.Get(name)))
	}
	if superUser {
		text.name(`"` + superUserMember + `"`)
		text.WriteString("true")
	}
	text.close()
	return text.Bytes(), answer{}, true
}

// parameter is what a parameter says, as JSON: the limit is a number, if it
// looks like one.
func parameter(name, value string) []byte {
	if n, err := strconv.Atoi(value); name == "limit" && err == nil && strconv.Itoa(n) == value {
		return []byte(value)
	}
	text, err := json.Marshal(value)
	if err != nil {
		panic("httpapi: a text cannot be encoded")
	}
	return text
}
