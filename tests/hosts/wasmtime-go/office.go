package main

import (
	"errors"
	"time"
)

// Office runs many operations at once in one instance: whatever takes time is
// done by goroutines. Like the instance it is for one goroutine at a time.
type Office struct {
	instance    *Instance
	effects     *Effects
	desks       chan struct{} // one per effect that may run at once
	answers     chan answer
	mostWaiting int
}

type answer struct {
	op   uint32
	text []byte
}

// OpenOffice opens an office with so many desks. Close must be called on it.
func OpenOffice(module *Module, conf, secretKey string, effects *Effects, desks int) (*Office, error) {
	instance, err := NewInstance(module, conf, secretKey)
	if err != nil {
		return nil, err
	}
	return &Office{instance: instance, effects: effects, desks: make(chan struct{}, desks), answers: make(chan answer)}, nil
}

// Close releases the instance.
func (o *Office) Close() { o.instance.Close() }

// Run runs operations to their end, all at once, and returns their responses in
// the same order.
func (o *Office) Run(operations ...Operation) ([]Response, error) {
	responses := make([]Response, len(operations))
	waiting := map[uint32]int{}
	settle := func(place int, state State, err error) error {
		switch {
		case err != nil:
			return err
		case state.Waiting != 0:
			waiting[state.Waiting] = place
			return nil
		}
		responses[place], err = readResponse(state.Response)
		return err
	}
	for place, operation := range operations {
		state, err := operation.start(o.instance, o.ask)
		if err := settle(place, state, err); err != nil {
			return nil, err
		}
	}
	for len(waiting) > 0 {
		o.mostWaiting = max(o.mostWaiting, len(waiting))
		select {
		case a := <-o.answers:
			place := waiting[a.op]
			delete(waiting, a.op)
			state, err := o.instance.Resume(a.op, a.text)
			if err := settle(place, state, err); err != nil {
				return nil, err
			}
		case <-time.After(time.Minute):
			return nil, errors.New("no answer came for a minute")
		}
	}
	return responses, nil
}

func (o *Office) ask(op uint32, effect string, request []byte) []byte {
	if effect == "now" || effect == "entropy" {
		return o.effects.Perform(effect, request)
	}
	go func() {
		o.desks <- struct{}{}
		text := o.effects.Perform(effect, request)
		<-o.desks
		o.answers <- answer{op, text}
	}()
	return nil
}
