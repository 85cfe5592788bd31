package transcript

import "fmt"

// Player is the host in a replay: it compares each effect with the one that
// the transcript has next, and gives the answer from there.
type Player struct {
	transcript *Transcript
	next       int
	err        error
}

// Play returns a player at the beginning of the transcript.
func (t *Transcript) Play() *Player { return &Player{transcript: t} }

// Do answers an effect. After the first difference every effect fails.
func (p *Player) Do(effect string, request []byte) (answer []byte) {
	if p.err == nil {
		p.err = p.compare(effect, request)
	}
	if p.err != nil {
		return []byte(`{"error":"the replay differs from the transcript"}`)
	}
	answer = []byte(p.transcript.Effects[p.next].Answer)
	p.next++
	return answer
}

func (p *Player) compare(effect string, request []byte) error {
	if p.next == len(p.transcript.Effects) {
		return fmt.Errorf("effect %d: %s %s, where the transcript has no more effects", p.next, effect, request)
	}
	if want := p.transcript.Effects[p.next]; effect != want.Effect || string(request) != want.Request {
		return fmt.Errorf("effect %d:\n got %s %s\nwant %s %s", p.next, effect, request, want.Effect, want.Request)
	}
	return nil
}

// Finish compares the response, and returns the first difference of the replay.
func (p *Player) Finish(response []byte) error {
	switch {
	case p.err != nil:
		return p.err
	case p.next < len(p.transcript.Effects):
		return fmt.Errorf("the response came after %d effects of %d: %s", p.next, len(p.transcript.Effects), response)
	case string(response) != p.transcript.Response:
		return fmt.Errorf("response:\n got %s\nwant %s", response, p.transcript.Response)
	}
	return nil
}
