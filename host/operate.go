package host

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// Operator is who calls Operate, for the audit trail.
type Operator struct {
	// CurrentUser is a user id, or a kind and a label such as "uid:1000" or
	// "key:ops"; it may be empty.
	CurrentUser string

	// RemoteAddr is the address of the caller, where the request has none; "" if
	// there is none.
	RemoteAddr string
}

// operatorOperations are what operators can do: the command on its own data or
// through a server, and super-users over HTTP.
var operatorOperations = map[string]operatorOperation{
	"signup":   {user: true, address: true},
	"validate": {user: true, address: true},
	"confirm":  {user: true, address: true},
	"resend":   {user: true, address: true},
	"verify":   {user: true, address: true},
	"pending":  {user: true, address: true, superUser: true},
	"approve":  {user: true, address: true, superUser: true},
	"reject":   {user: true, address: true, superUser: true},
	"lock":     {user: true, address: true, superUser: true},
	"unlock":   {user: true, address: true, superUser: true},
	"erase":    {user: true, address: true, superUser: true},
	"retry":    {user: true, address: true, superUser: true},
	"rekey":    {user: true, address: true, superUser: true},
	"import":   {user: true, address: true, superUser: true},
	"export":   {user: true, address: true, superUser: true},
	"search":   {user: true, address: true, superUser: true},
	"dead":     {user: true, address: true, superUser: true, finish: labelled},
	"audit":    {perform: (*Enrol).readTrail, describe: describeTrail},
	"counters": {perform: (*Enrol).readCounters, describe: describeCounters},
	"get":      {audit: "user.get"},
	"purge":    {audit: "store.purge"},
}

// operatorOperation says which members of the caller the core takes.
type operatorOperation struct {
	user      bool // current_user
	address   bool // remote_addr
	superUser bool // super_user

	audit  string // the operation in the audit trail, if the core makes no entry
	finish func(e *Enrol, answer []byte) []byte

	// perform does the work of an operation that is not of the core; else nil.
	perform func(e *Enrol, ctx context.Context, by Operator, request []byte) (signup.Response, []byte)

	// describe describes such an operation; signup.Describe describes the others.
	describe func() signup.Description
}

// OperatorOperations returns the names of the operations of Operate, sorted.
func OperatorOperations() []string { return slices.Sorted(maps.Keys(operatorOperations)) }

// Operate runs one of OperatorOperations with a JSON request, as Run does, for
// somebody who may run all of them: call it only for an operator, never because a
// request says so. It adds who that is to the request, which is refused if it says so
// itself. The audit trail gets an entry for every call but those of validate and counters.
func (e *Enrol) Operate(ctx context.Context, by Operator, operation string, request []byte) (signup.Response, []byte) {
	op, ok := operatorOperations[operation]
	if !ok {
		return refusedUnread(signup.InvalidOperation, "", "unknown operation")
	}
	object, err := strictjson.Parse(string(request))
	if err != nil {
		return e.Run(ctx, operation, request) // which says what is wrong
	}
	claimed, addressed := "", false
	members := strictjson.Append(nil, func(m *strictjson.Members) {
		object.Members(func(name, value string) {
			switch {
			case name == "current_user" || name == "super_user":
				claimed = name
			case name == "remote_addr" && value == "null":
				return
			case name == "remote_addr":
				addressed = true
			}
			m.Copy(name, value)
		})
		if op.address && !addressed {
			m.Optional().String("remote_addr", &by.RemoteAddr)
		}
		if op.user {
			m.Optional().String("current_user", &by.CurrentUser)
		}
		if op.superUser {
			m.Bool("super_user", &op.superUser)
		}
	})
	if claimed != "" {
		return refusedUnread(signup.InvalidInput, claimed, "is not a known field")
	}
	if op.perform != nil {
		return op.perform(e, ctx, by, members)
	}
	response, answer := e.Run(ctx, operation, members)
	if op.finish != nil && response.OK() {
		answer = op.finish(e, answer)
	}
	if op.audit == "" {
		return response, answer
	}
	event := signup.AuditEvent{CID: response.CID, Op: op.audit, CurrentUser: by.CurrentUser, TargetUser: targetOf(answer), Result: response.Status}
	event.Extra = signup.AuditExtra{RemoteAddr: by.RemoteAddr, SubStatus: response.SubStatus}
	if err := e.Note(ctx, event); err != nil {
		return unaudited(response.CID, err)
	}
	return response, answer
}

// unaudited is the answer where the audit trail did not take an entry.
func unaudited(cid string, err error) (signup.Response, []byte) {
	return undecided(cid, &signup.Error{Code: signup.Busy, Message: "the audit trail cannot be written", Err: err})
}

// targetOf returns the id of the account in an answer, "" if there is none.
func targetOf(answer []byte) string {
	var shown struct {
		User struct {
			ID string `json:"user_id"`
		}
	}
	if json.Unmarshal(answer, &shown) != nil {
		return ""
	}
	return shown.User.ID
}

// refusedUnread is an answer that does not come from the core.
func refusedUnread(code signup.Code, field, message string) (signup.Response, []byte) {
	response := signup.Response{
		CID:       NewCID(),
		Status:    signup.StatusError,
		SubStatus: []signup.Code{code},
		Field:     field,
		Message:   message,
	}
	answer, _ := json.Marshal(response) // texts only
	return response, answer
}

// labelled gives the destinations of an answer of dead the names of the log.
func labelled(e *Enrol, answer []byte) []byte {
	var list signup.DeadResponse
	if json.Unmarshal(answer, &list) != nil {
		return answer
	}
	e.label(list.Events)
	answer, _ = json.Marshal(list) // texts, numbers and times
	return answer
}

func (e *Enrol) label(events []signup.DeadEvent) {
	config := e.Config()
	for i := range events {
		events[i].Destination = serviceLabel(config, events[i].Destination)
	}
}
