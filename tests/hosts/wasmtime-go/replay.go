package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/tests/transcript"
)

// fewest is how many transcripts there must be: a replay of nothing holds
// nothing.
const fewest = 50

// part is one transcript that is replayed.
type part struct {
	*transcript.Transcript
	player *transcript.Player
	later  func(effect int) bool // says of each effect whether its answer comes later
	asked  int
	answer []byte // what the operation waits for
	state  State
}

func (p *part) ask(_ uint32, effect string, request []byte) []byte {
	answer := p.player.Do(effect, request)
	p.asked++
	if !p.later(p.asked) {
		return answer
	}
	p.answer = answer
	return nil
}

func (p *part) begin(instance *Instance) (err error) {
	p.state, err = instance.Start(p.Operation, []byte(p.Request), p.ask)
	return err
}

func (p *part) goOn(instance *Instance) (err error) {
	p.state, err = instance.Resume(p.state.Waiting, p.answer)
	return err
}

// modes are how answers are given: whose turn it is, and which come later.
var modes = []struct {
	name  string
	run   func(*Instance, []*part) error
	later func(effect int) bool
}{
	{"immediate", alone, func(int) bool { return false }},
	{"waiting", alone, func(int) bool { return true }},
	{"interleaved", interleaved, func(effect int) bool { return effect%3 != 0 }},
}

// alone runs one operation after the other.
func alone(instance *Instance, parts []*part) error {
	for _, p := range parts {
		err := p.begin(instance)
		for err == nil && p.state.Waiting != 0 {
			err = p.goOn(instance)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
	}
	return nil
}

// interleaved runs all at once: whose turn is next is left to chance, with a
// fixed seed.
func interleaved(instance *Instance, parts []*part) error {
	done := func(p *part) bool { return p.state.Waiting == 0 }
	for _, p := range parts {
		if err := p.begin(instance); err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
	}
	chance := rand.New(rand.NewPCG(1, 1))
	for waiting := slices.DeleteFunc(slices.Clone(parts), done); len(waiting) > 0; waiting = slices.DeleteFunc(waiting, done) {
		p := waiting[chance.IntN(len(waiting))]
		if err := p.goOn(instance); err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
	}
	return nil
}

// replay replays transcripts in all modes, and returns what differed.
// All transcripts of one configuration share an instance.
func replay(module *Module, all []*transcript.Transcript) (differences []error, err error) {
	type configuration struct{ conf, secretKey string }
	groups := map[configuration][]*transcript.Transcript{}
	for _, t := range all {
		c := configuration{t.Conf, t.SecretKey}
		groups[c] = append(groups[c], t)
	}
	for c, group := range groups {
		found, err := replayGroup(module, c.conf, c.secretKey, group)
		if err != nil {
			return nil, err
		}
		differences = append(differences, found...)
	}
	return differences, nil
}

func replayGroup(module *Module, conf, secretKey string, group []*transcript.Transcript) (differences []error, err error) {
	instance, err := NewInstance(module, conf, secretKey)
	if err != nil {
		return nil, err
	}
	defer instance.Close()
	for _, mode := range modes {
		var parts []*part
		for _, t := range group {
			parts = append(parts, &part{Transcript: t, player: t.Play(), later: mode.later})
		}
		if err := mode.run(instance, parts); err != nil {
			return nil, fmt.Errorf("%s: %w", mode.name, err)
		}
		for _, p := range parts {
			if err := p.player.Finish(p.state.Response); err != nil {
				differences = append(differences, fmt.Errorf("%s, %s: %w", p.Name, mode.name, err))
			}
		}
	}
	return differences, nil
}

var changes = map[string]func(*transcript.Transcript){
	"an effect's request": func(t *transcript.Transcript) { t.Effects[2].Request += " " },
	"an effect's answer":  func(t *transcript.Transcript) { t.Effects[1].Answer = strings.ToLower(t.Effects[1].Answer) },
	"an effect missing":   func(t *transcript.Transcript) { t.Effects = t.Effects[:len(t.Effects)-1] },
	"an effect too many":  func(t *transcript.Transcript) { t.Effects = append(t.Effects, t.Effects[0]) },
	"the response":        func(t *transcript.Transcript) { t.Response += " " },
	"the request":         func(t *transcript.Transcript) { t.Request = strings.Replace(t.Request, "ada", "bob", 1) },
}

// checkReplay replays all transcripts of a directory, and returns how many there
// are.
func checkReplay(module *Module, dir string) (int, error) {
	all, err := transcript.Load(dir)
	if err != nil {
		return 0, err
	}
	if len(all) < fewest {
		return 0, fmt.Errorf("there are %d transcripts in %s", len(all), dir)
	}
	differences, err := replay(module, all)
	if err := errors.Join(append(differences, err)...); err != nil {
		return 0, err
	}
	// A player that accepts everything would pass as well.
	sample := slices.IndexFunc(all, func(t *transcript.Transcript) bool { return t.Name == "signup-ok" })
	if sample < 0 {
		return 0, fmt.Errorf("signup-ok is missing in %s", dir)
	}
	for name, change := range changes {
		changed := *all[sample]
		changed.Effects = slices.Clone(changed.Effects)
		change(&changed)
		differences, err := replay(module, []*transcript.Transcript{&changed})
		if err != nil {
			return 0, fmt.Errorf("a changed transcript, %s: %w", name, err)
		}
		if len(differences) != len(modes) {
			return 0, fmt.Errorf("a changed transcript passed in %d modes of %d: %s", len(modes)-len(differences), len(modes), name)
		}
	}
	return len(all), nil
}
