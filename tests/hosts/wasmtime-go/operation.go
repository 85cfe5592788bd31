package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Operation is what somebody wants of Enrol.
type Operation struct {
	Name    string
	Request object
}

func (o Operation) start(instance *Instance, ask Ask) (State, error) {
	request, err := json.Marshal(o.Request)
	if err != nil {
		return State{}, err
	}
	return instance.Start(o.Name, request, ask)
}

// signup is the operation of that name.
func signup(username, email string) Operation {
	return Operation{"signup", object{
		"ctx":         object{"username": username, "password": password, "email": email, "app_list": []string{"CRM"}},
		"current_app": "CRM", "remote_addr": "203.0.113.7",
	}}
}

const password = "correct horse battery"

var dispatch = Operation{"dispatch", object{}}

// Response is what an operation answers, as far as anybody here reads it.
type Response struct {
	Status       string
	SubStatus    []string `json:"sub_status"`
	Fault        string
	ConfirmToken string `json:"confirm_token"`
	UserID       string `json:"user_id"`
	User         struct {
		UserID       string `json:"user_id"`
		Email        string
		SignUpStatus string `json:"sign_up_status"`
	}
	Delivered int
	NextDue   time.Time `json:"next_due"`
}

// ok reports whether the operation succeeded.
func (r Response) ok() bool { return r.Status == "ok" }

// refused reports whether it was refused for this reason, and no other.
func (r Response) refused(code string) bool {
	return r.Status == "error" && slices.Equal(r.SubStatus, []string{code})
}

func readResponse(text []byte) (r Response, err error) {
	if err := json.Unmarshal(text, &r); err != nil {
		return r, err
	}
	if r.Fault != "" {
		return r, fmt.Errorf("a fault: %s", r.Fault)
	}
	return r, nil
}
