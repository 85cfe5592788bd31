package httpapi_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/signup"
)

// page is host/docs/http.md: its tables, by the heading before each and its
// first column.
type page map[string]map[string][]pageRow

// pageRow is a row of a table: a member, its type, and the other columns.
type pageRow struct {
	member, kind string
	rest         []string
}

func readPage(t *testing.T) page {
	t.Helper()
	text, err := os.ReadFile("../docs/http.md")
	if err != nil {
		t.Fatal(err)
	}
	tables := page{}
	heading, table := "", ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if !strings.HasPrefix(line, "|") {
			table = ""
		}
		if title, ok := strings.CutPrefix(strings.TrimLeft(line, "#"), " "); ok && strings.HasPrefix(line, "#") {
			heading = title
			tables[heading] = map[string][]pageRow{}
		}
		if !strings.HasPrefix(line, "| ") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if table == "" {
			table = cells[0]
			continue
		}
		if len(cells) < 3 {
			continue
		}
		tables[heading][table] = append(tables[heading][table], pageRow{strings.Trim(cells[0], "`"), cells[1], cells[2:]})
	}
	return tables
}

func membersOf(rows []pageRow) []string {
	var members []string
	for _, row := range rows {
		members = append(members, row.member)
	}
	return members
}

// endpoint is a section of the page: an operation, the response that it answers,
// and a request that has only what is required.
type endpoint struct {
	heading, operation string
	request            map[string]any
	response           any
}

func endpoints() []endpoint {
	account := map[string]any{"user_id": "x"}
	return []endpoint{
		{"POST /signup", "signup", map[string]any{"username": "ada", "password": "correct horse", "email": "ada@example.com", "app_list": []string{"CRM"}}, signup.SignupResponse{}},
		{"POST /signup/resend", "resend", map[string]any{"username": "ada", "email": "ada@example.com"}, signup.Response{}},
		{"PATCH /signup, PATCH or POST /signup/confirm", "confirm", map[string]any{"confirm_token": "x"}, signup.ConfirmResponse{}},
		{"POST /signup/approve, POST /approve", "approve", account, signup.Response{}},
		{"POST /signup/reject, POST /reject", "reject", account, signup.Response{}},
		{"POST /lock", "lock", account, signup.Response{}},
		{"POST /unlock", "unlock", account, signup.Response{}},
		{"POST /verify", "verify", map[string]any{"username": "ada", "password": "correct horse"}, signup.VerifyResponse{}},
	}
}

const listHeading = "GET /signup"

// paths are the methods and paths of a heading.
func paths(heading string) []string {
	var found []string
	for part := range strings.SplitSeq(heading, ", ") {
		methods, path, _ := strings.Cut(part, " /")
		path = "/" + path
		if path != "/healthz" && path != "/readyz" {
			path = userPath + path
		}
		for method := range strings.SplitSeq(methods, " or ") {
			found = append(found, method+" "+path)
		}
	}
	return found
}

func TestHTTPPageHasEveryEndpoint(t *testing.T) {
	var documented, served []string
	for heading := range readPage(t) {
		if strings.Contains(heading, " /") {
			documented = append(documented, paths(heading)...)
		}
	}
	for path, methods := range httpapi.Routes() {
		for _, method := range methods {
			served = append(served, method+" "+path)
		}
	}
	slices.Sort(documented)
	slices.Sort(served)
	if !slices.Equal(documented, served) {
		t.Errorf("the page has\n%s\nthe server serves\n%s", strings.Join(documented, "\n"), strings.Join(served, "\n"))
	}
}

func TestHTTPPageHasEveryMemberOfRequests(t *testing.T) {
	tables := readPage(t)
	common := membersOf(tables["Requests"]["member"])
	for _, e := range endpoints() {
		got := append(membersOf(tables[e.heading]["member"]), common...)
		want := slices.Clone(httpapi.KnownMembers(e.operation))
		if e.operation == "approve" || e.operation == "reject" {
			want = append(want, "ust") // the core ignores it
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: the page has %q, the front knows %q", e.heading, got, want)
		}
	}
	var list []string
	request := signup.PendingRequest{Status: "x", Limit: 1, Cursor: "x", CID: "x", RemoteAddr: []string{"::1"}}
	text, err := request.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var members map[string]any
	if err := json.Unmarshal(text, &members); err != nil {
		t.Fatal(err)
	}
	for name := range maps.Keys(members) {
		if name != "cid" && name != "remote_addr" { // not parameters
			list = append(list, name)
		}
	}
	slices.Sort(list)
	if got := slices.Sorted(slices.Values(membersOf(tables[listHeading]["parameter"]))); !slices.Equal(got, list) {
		t.Errorf("the list: the page has %q, the core knows %q", got, list)
	}
}

// kinds are the types of the page, by a value of another type.
var kinds = map[string]any{
	"text": 1, "text or list of texts": 1, "list of texts": 1, "object of texts": 1, "object": 1, "boolean": "true",
}

var (
	characters = regexp.MustCompile(`^([\d,]+) characters`)
	entries    = regexp.MustCompile(`^([\d,]+) entries`)
	ofTexts    = regexp.MustCompile(`entries of ([\d,]+) characters`)
	ofObjects  = regexp.MustCompile(`names of ([\d,]+) characters, texts of ([\d,]+)`)
	bytesLimit = regexp.MustCompile(`([\d,]+) bytes as JSON`)
	codeNeeded = regexp.MustCompile(`^yes \((E\d{6})\)`)
)

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(strings.ReplaceAll(text, ",", ""))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// tooMuch returns values that exceed a limit of the page.
func tooMuch(t *testing.T, row pageRow) []any {
	t.Helper()
	limit := row.rest[1]
	var values []any
	if found := characters.FindStringSubmatch(limit); found != nil {
		values = append(values, strings.Repeat("a", number(t, found[1])+1))
	}
	if found := entries.FindStringSubmatch(limit); found != nil {
		n := number(t, found[1]) + 1
		switch row.kind {
		case "object of texts":
			many := map[string]string{}
			for i := range n {
				many[fmt.Sprint(i)] = ""
			}
			values = append(values, many)
		default:
			many := make([]string, n)
			for i := range many {
				many[i] = fmt.Sprintf("10.0.0.%d", i)
			}
			values = append(values, many)
		}
	}
	if found := ofTexts.FindStringSubmatch(limit); found != nil {
		values = append(values, []string{strings.Repeat("a", number(t, found[1])+1)})
	}
	if found := ofObjects.FindStringSubmatch(limit); found != nil {
		values = append(values,
			map[string]string{strings.Repeat("a", number(t, found[1])+1): ""},
			map[string]string{"a": strings.Repeat("a", number(t, found[2])+1)})
	}
	if found := bytesLimit.FindStringSubmatch(limit); found != nil {
		n := number(t, found[1])/64 + 1
		var list []string
		object := map[string]string{}
		for i := range 64 {
			name := fmt.Sprintf("%02d", i)
			list = append(list, strings.Repeat("a", n)+name)
			if i < 32 {
				object[name] = strings.Repeat("a", 2*n)
			}
		}
		if row.kind == "object of texts" {
			values = append(values, object)
		} else {
			values = append(values, list)
		}
	}
	return values
}

// asMuch returns the longest text that the page allows, nil if it bounds no text.
func asMuch(t *testing.T, row pageRow) any {
	t.Helper()
	if found := characters.FindStringSubmatch(row.rest[1]); found != nil && row.kind == "text" {
		return strings.Repeat("a", number(t, found[1]))
	}
	return nil
}

func TestTypesLimitsAndRequiredMembersOfTheHTTPPageAreTrue(t *testing.T) {
	engine, _ := newEngine(t)
	f := serve(t, engine, httpapi.Options{SuperAPIKey: superKey}, nil)
	tables := readPage(t)
	checked := 0
	for _, e := range endpoints() {
		method, path, _ := strings.Cut(paths(e.heading)[0], " ")
		send := func(member string, value any) reply {
			request := maps.Clone(e.request)
			if request[member] = value; value == nil {
				delete(request, member)
			}
			switch {
			case member == "ctx": // the account cannot be in both places
				request = map[string]any{member: value}
			case member == "email" && e.operation == "verify": // one of the two
				delete(request, "username")
			}
			body, err := json.Marshal(request)
			if err != nil {
				t.Fatal(err)
			}
			return f.send(method, path, string(body), asSuperUser...)
		}
		invalid := func(r reply, member string) bool {
			return slices.Equal(r.SubStatus, []signup.Code{signup.InvalidInput}) && (r.Field == member || strings.HasPrefix(r.Field, member+".")) && r.status == http.StatusBadRequest
		}
		required := slices.Sorted(maps.Keys(e.request))
		var marked []string
		for _, row := range append(slices.Clone(tables[e.heading]["member"]), tables["Requests"]["member"]...) {
			checked++
			wrong, known := kinds[row.kind]
			if r := send(row.member, wrong); !known || !invalid(r, row.member) {
				t.Errorf("%s: %s of another type than %s: %s", e.heading, row.member, row.kind, r.text)
			}
			for _, value := range tooMuch(t, row) {
				if r := send(row.member, value); !invalid(r, row.member) {
					t.Errorf("%s: %s beyond %q: %s", e.heading, row.member, row.rest[1], r.text)
				}
			}
			if value := asMuch(t, row); value != nil {
				if r := send(row.member, value); invalid(r, row.member) {
					t.Errorf("%s: %s within %q: %s", e.heading, row.member, row.rest[1], r.text)
				}
			}
			request := maps.Clone(e.request)
			request[row.member] = nil
			body, err := json.Marshal(request)
			if err != nil {
				t.Fatal(err)
			}
			if r := f.send(method, path, string(body), asSuperUser...); invalid(r, row.member) {
				t.Errorf("%s: %s that is null: %s", e.heading, row.member, r.text)
			}
			needed := codeNeeded.FindStringSubmatch(row.rest[0])
			if needed == nil {
				if !strings.HasPrefix(row.rest[0], "no") {
					t.Errorf("%s: %s: required is %q", e.heading, row.member, row.rest[0])
				}
				continue
			}
			marked = append(marked, row.member)
			r := send(row.member, nil)
			if !slices.Equal(r.SubStatus, []signup.Code{signup.Code(needed[1])}) {
				t.Errorf("%s: without %s, which is %q: %s", e.heading, row.member, row.rest[0], r.text)
			}
			if needed[1] == string(signup.MissingInput) && r.Field != row.member {
				t.Errorf("%s: without %s the field is %q", e.heading, row.member, r.Field)
			}
		}
		slices.Sort(marked)
		if r := send("cid", "c"); !slices.Equal(marked, required) || slices.Contains(r.SubStatus, signup.MissingInput) || slices.Contains(r.SubStatus, signup.InvalidInput) {
			t.Errorf("%s: the page requires %q: %s", e.heading, marked, r.text)
		}
	}
	if checked < 50 {
		t.Errorf("only %d members were checked", checked)
	}
}

func TestParametersOfTheListAreAsTheHTTPPageHasThem(t *testing.T) {
	engine, _ := newEngine(t)
	f := serve(t, engine, httpapi.Options{SuperAPIKey: superKey}, nil)
	for _, test := range []struct{ query, field string }{
		{"", "status"},
		{"status=to-decide", "status"},
		{"status=to-approve&limit=0", "limit"},
		{"status=to-approve&limit=101", "limit"},
		{"status=to-approve&limit=x", "limit"},
		{"status=to-approve&cursor=" + strings.Repeat("a", 257), "cursor"},
		{"status=to-approve&limit=100", ""},
		{"status=to-confirm&limit=1", ""},
	} {
		r := f.send("GET", signupPath+"?"+test.query, "", asSuperUser...)
		if r.Field != test.field || r.OK() != (test.field == "") {
			t.Errorf("%s: %s", test.query, r.text)
		}
	}
	limits := map[string]string{"status": "`to-approve` or `to-confirm`", "limit": "1 to 100", "cursor": "256 characters"}
	for _, row := range readPage(t)[listHeading]["parameter"] {
		if row.rest[1] != limits[row.member] {
			t.Errorf("%s: the limit is %q", row.member, row.rest[1])
		}
	}
}

// answerMembers returns the members of a response beyond those that all have:
// "name type always", or "name type" if they can be absent.
func answerMembers(t *testing.T, response any) []string {
	if _, secret := response.(signup.SignupResponse); secret { // encoding/json does not write it
		return []string{"confirm_token text always"}
	}
	written := func(value any) map[string]any {
		text, err := json.Marshal(value)
		members := map[string]any{}
		if err := errors.Join(err, json.Unmarshal(text, &members)); err != nil {
			t.Fatal(err)
		}
		return members
	}
	full := reflect.New(reflect.TypeOf(response)).Elem()
	populate(full)
	always, all := written(response), written(full.Interface())
	if common := full.FieldByName("Response"); common.IsValid() {
		for name := range written(common.Interface()) {
			delete(all, name)
		}
	}
	delete(all, "fault") // is never sent
	var members []string
	for name, value := range all {
		text := name + " " + kindOf(value)
		if _, ok := always[name]; ok {
			text += " always"
		}
		members = append(members, text)
	}
	slices.Sort(members)
	return members
}

// populate sets every field to something.
func populate(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		populate(v.Index(0))
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]string{"x": "x"}))
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Unix(1790000000, 0)))
			return
		}
		for i := range v.NumField() {
			populate(v.Field(i))
		}
	}
}

// kindOf names the type of a JSON value as the page does.
func kindOf(value any) string {
	switch value := value.(type) {
	case string:
		if _, err := time.Parse(time.RFC3339, value); err == nil {
			return "time"
		}
		return "text"
	case bool:
		return "boolean"
	case float64:
		return "number"
	case []any:
		return "list of " + kindOf(value[0]) + "s"
	case map[string]any:
		for _, member := range value {
			if _, ok := member.(string); !ok || len(value) > 1 {
				return "object"
			}
		}
		return "object of texts"
	}
	return "nothing"
}

func TestHTTPPageHasEveryMemberOfAnswers(t *testing.T) {
	tables := readPage(t)
	compare := func(what string, rows []pageRow, response any) {
		var got []string
		for _, row := range rows {
			text := row.member + " " + row.kind
			if row.rest[0] == "always" {
				text += " always"
			}
			got = append(got, text)
		}
		slices.Sort(got)
		if want := answerMembers(t, response); !slices.Equal(got, want) {
			t.Errorf("%s: the page has\n%s\nthe answer has\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	compare("every answer", tables["Answers"]["member"], signup.Response{})
	compare("the list", tables[listHeading]["member of the answer"], signup.PendingResponse{})
	compare("an account that waits", tables[listHeading]["member of `users`"], signup.PendingUser{})
	compare("an account", tables["POST /verify"]["member of `user`"], signup.User{})
	for _, e := range endpoints() {
		if reflect.TypeOf(e.response) == reflect.TypeFor[signup.Response]() {
			if rows := tables[e.heading]["member of the answer"]; rows != nil {
				t.Errorf("%s answers no members of its own, but the page has %v", e.heading, rows)
			}
			continue
		}
		compare(e.heading, tables[e.heading]["member of the answer"], e.response)
	}
}
