package main

import (
	"cmp"
	"encoding/json"
	"fmt"

	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/tests/transcript"
	"github.com/enrol-sso/enrol/wasm/wire"
)

// secretKey is the secret key of all transcripts.
const secretKey = "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

// scenario describes a transcript: how to prepare the world, and the one
// operation to record.
type scenario struct {
	name, about string
	conf        string
	secretKey   string // the default is the constant secretKey
	madeWith    string // the secret key before the recorded operation, if it differs
	before      func(s *stage)
	operation   string
	request     func(s *stage) string

	// meddle is called before each recorded effect. It may change the world,
	// and may return an answer for the effect.
	meddle meddler
}

type meddler func(s *stage, m moment) (answer string)

// moment is an effect that is about to be performed.
type moment struct {
	effect  string
	times   int // how often the operation requested this kind of effect before
	request []byte
}

// stage runs a scenario.
type stage struct {
	*world
	engine *signup.Engine
	tokens map[string]string // by username
}

func newStage(sc scenario) (*stage, error) {
	s := &stage{world: newWorld(), tokens: map[string]string{}}
	return s, s.configure(sc.conf, cmp.Or(sc.madeWith, sc.key()))
}

func (sc scenario) key() string {
	if sc.secretKey != "" {
		return sc.secretKey
	}
	return secretKey
}

func (s *stage) configure(conf, key string) error {
	engine, answer := wire.Configure(wire.Configuration{Conf: conf, SecretKey: key}.JSON())
	if engine == nil {
		return fmt.Errorf("the configuration was refused: %s", answer)
	}
	s.engine = engine
	return nil
}

// run runs an operation without recording it.
func (s *stage) run(operation, request string) map[string]any {
	var answer map[string]any
	if err := json.Unmarshal(s.engine.Run(operation, s.world, []byte(request)), &answer); err != nil {
		panic("record: " + err.Error())
	}
	return answer
}

// must runs an operation that must succeed.
func (s *stage) must(operation, request string) map[string]any {
	answer := s.run(operation, request)
	if answer["status"] != signup.StatusOK {
		panic(fmt.Sprintf("record: %s before the recorded operation: %v", operation, answer))
	}
	return answer
}

// record runs the scenario's operation and records everything that crosses the
// boundary.
func (sc scenario) record() (*transcript.Transcript, error) {
	s, err := newStage(sc)
	if err != nil {
		return nil, err
	}
	if sc.operation != "open" {
		s.must("open", "{}")
	}
	if sc.before != nil {
		sc.before(s)
	}
	if err := s.configure(sc.conf, sc.key()); err != nil { // before may have used another key
		return nil, err
	}
	t := &transcript.Transcript{
		Name:      sc.name,
		About:     sc.about,
		Conf:      sc.conf,
		SecretKey: sc.key(),
		Operation: sc.operation,
		Request:   sc.request(s),
		Effects:   []transcript.Effect{},
	}
	times := map[string]int{}
	t.Response = string(s.engine.Run(sc.operation, wire.Host(func(effect string, request []byte) []byte {
		answer := ""
		if sc.meddle != nil {
			answer = sc.meddle(s, moment{effect, times[effect], request})
		}
		times[effect]++
		if answer == "" {
			answer = string(wire.Perform(s.world, effect, request))
		}
		t.Effects = append(t.Effects, transcript.Effect{Effect: effect, Request: string(request), Answer: answer})
		return []byte(answer)
	}), []byte(t.Request)))
	return t, nil
}
