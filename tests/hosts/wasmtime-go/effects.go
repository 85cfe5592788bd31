package main

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/enrol-sso/enrol/kv"
)

// object is a JSON object.
type object = map[string]any

// Service gets the body of an event, and its id, which stays the same if the
// event is delivered again.
type Service func(event Event, id string)

// Event is the body of a callback, as far as anybody here reads it.
type Event struct {
	Data struct{ Kind, Username, Token string }
}

// Effects performs the effects of operations. Operations may share it.
type Effects struct {
	store    kv.Store
	services map[string]Service
	mu       sync.Mutex
	audited  []string
}

// Perform performs an effect. What fails is answered.
func (e *Effects) Perform(effect string, request []byte) []byte {
	answer, err := e.perform(effect, request)
	if err == nil {
		var text []byte
		if text, err = json.Marshal(answer); err == nil {
			return text
		}
	}
	text, err := json.Marshal(object{"error": effect + ": " + err.Error()})
	if err != nil {
		panic("effects: " + err.Error()) // a string is always JSON
	}
	return text
}

func (e *Effects) perform(effect string, request []byte) (answer object, err error) {
	switch effect {
	case "now":
		return object{"unix_ms": time.Now().UnixMilli()}, nil
	case "entropy":
		return with(request, entropy)
	case "kv_get":
		return with(request, e.get)
	case "kv_commit":
		return with(request, e.commit)
	case "kv_scan":
		return with(request, e.scan)
	case "audit":
		return e.audit(request)
	case "callback":
		return with(request, e.callback)
	case "kdf":
		return with(request, kdf)
	}
	return nil, errors.New("there is no such effect")
}

// with reads a request and hands it to what answers it.
func with[R any](text []byte, answer func(R) (object, error)) (object, error) {
	var request R
	if err := json.Unmarshal(text, &request); err != nil {
		return nil, err
	}
	return answer(request)
}

func entropy(request struct{ Bytes int }) (object, error) {
	return object{"entropy": encode(random(request.Bytes))}, nil
}

func (e *Effects) audit(event []byte) (object, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.audited = append(e.audited, time.Now().UTC().Format(time.RFC3339Nano)+" "+string(event))
	return object{}, nil
}

type call struct {
	Service string
	Headers map[string]string
	Body    string
}

func (e *Effects) callback(c call) (object, error) {
	service := e.services[c.Service]
	if service == nil {
		return nil, fmt.Errorf("there is no service %s", c.Service)
	}
	var event Event
	if err := json.Unmarshal([]byte(c.Body), &event); err != nil {
		return nil, err
	}
	service(event, c.Headers["webhook-id"])
	return object{"body": "{}"}, nil
}

// newSecretKey returns a secret key, as configure takes it.
func newSecretKey() string { return "k1:" + encode(random(32)) }

func random(n int) []byte {
	drawn := make([]byte, n)
	rand.Read(drawn) // never fails
	return drawn
}

func encode(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }
