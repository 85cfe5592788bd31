package host

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup"
)

const (
	announceEvery  = time.Minute // the core counts a host as gone after five
	announceWithin = 10 * time.Second
	leaveWithin    = 2 * time.Second
)

// announcer tells the other hosts of a shared store that this one serves, and
// which secret keys it has, at start and on a timer: rekey waits for a host
// without the new key. A store that only this process can open needs none.
type announcer struct {
	enrol   *Enrol
	id      string
	ctx     context.Context
	cancel  context.CancelFunc
	running sync.WaitGroup
}

func newAnnouncer(e *Enrol) *announcer {
	var random [8]byte
	rand.Read(random[:])
	a := &announcer{enrol: e, id: hex.EncodeToString(random[:])}
	a.ctx, a.cancel = context.WithCancel(context.Background())
	return a
}

// needed reports whether other hosts may share the store. A host that delivers
// nothing by itself is a command that ends soon, or a part of another program.
func (a *announcer) needed() bool {
	exclusive, ok := a.enrol.options.Store.(kv.Exclusive)
	return a.enrol.options.DispatchInterval >= 0 && !(ok && exclusive.Exclusive())
}

// start announces the host before it serves, and goes on in the background. A
// failure is logged: what the host cannot write here, it cannot write elsewhere.
func (a *announcer) start(ctx context.Context) {
	if !a.needed() {
		return
	}
	a.announce(ctx)
	a.running.Go(func() {
		ticker := time.NewTicker(announceEvery)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				a.announce(a.ctx)
			case <-a.ctx.Done():
				return
			}
		}
	})
}

func (a *announcer) announce(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, announceWithin)
	defer cancel()
	err := a.open(ctx, fmt.Sprintf(`{"host":%q}`, a.id))
	if err != nil && a.ctx.Err() == nil && a.enrol.Err() == nil {
		a.enrol.options.Logger.Error("this process could not announce itself to the others that share the store, and will try again", "error", err)
	}
}

// stop ends the announcements.
func (a *announcer) stop() {
	a.cancel()
	a.running.Wait()
}

// leave takes the host from the list, so that nobody waits for it.
func (a *announcer) leave(ctx context.Context) {
	if !a.needed() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, leaveWithin)
	defer cancel()
	_ = a.open(ctx, fmt.Sprintf(`{"host":%q,"leaves":true}`, a.id)) // otherwise it is forgotten after a while
}

// open runs the operation again while others announce themselves at the same
// time.
func (a *announcer) open(ctx context.Context, request string) error {
	for {
		response, _, err := a.enrol.performOn(ctx, a.enrol.generation(), "open", []byte(request))
		if err == nil {
			return insist("open", response)
		}
		if fault, ok := errors.AsType[*signup.Error](err); !ok || fault.Code != signup.Busy || ctx.Err() != nil || a.enrol.Err() != nil {
			return err
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return err
		}
	}
}
