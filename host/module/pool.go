package module

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/wasm/wire"
)

// Pool is a set of instances that share the work. It is safe for concurrent
// use.
type Pool struct {
	options    Options
	compiled   *compiled
	configured configured
	room       chan struct{} // one per running operation

	mu        sync.Mutex
	instances []*instance
	making    int           // instances being made
	made      chan struct{} // closed when one was made, or could not be
	running   sync.WaitGroup
	closed    bool
	hung      bool // an instance may still run, so its code is never freed
}

// configured is the first instance's answer about its configuration.
type configured struct {
	once   sync.Once
	answer wire.Configured
}

func (c *configured) read(data []byte) error {
	var answer wire.Configured
	if err := json.Unmarshal(data, &answer); err != nil {
		return errRefused
	}
	if answer.Status != signup.StatusOK {
		if len(answer.Notices) == 0 {
			return errRefused
		}
		return &ConfigError{answer.Notices}
	}
	c.once.Do(func() { c.answer = answer })
	return nil
}

// Open compiles the module and makes a first instance. A configuration that
// the module refuses is a *ConfigError.
func Open(ctx context.Context, options Options) (*Pool, error) {
	options = options.withDefaults()
	c, err := compile(ctx, options)
	if err != nil {
		return nil, err
	}
	p := &Pool{
		options:  options,
		compiled: c,
		room:     make(chan struct{}, options.MaxOperations),
		made:     make(chan struct{}),
	}
	first, err := p.newInstance()
	if err != nil {
		c.close(ctx)
		return nil, err
	}
	p.instances = []*instance{first}
	return p, nil
}

// Size returns the number of instances.
func (p *Pool) Size() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.instances)
}

// Configured returns the module's answer about its configuration.
func (p *Pool) Configured() wire.Configured { return p.configured.answer }

// Run runs one operation and returns its answer. Effects are performed one
// after another, each in its own goroutine, so that Run ends with the context
// even if an effect does not. The operation is then cancelled.
func (p *Pool) Run(ctx context.Context, name string, request []byte, do Do) (answer []byte, err error) {
	if !slices.Contains(signup.Operations(), name) {
		return nil, fmt.Errorf("module: there is no operation %q", name)
	}
	if len(request) > maxInput {
		return nil, fmt.Errorf("module: the request has %d bytes, the limit is %d", len(request), maxInput)
	}
	select {
	case p.room <- struct{}{}:
		defer func() { <-p.room }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	i, err := p.acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer p.release(i)
	return i.run(ctx, name, request, do)
}

// run runs one operation in the instance.
func (i *instance) run(ctx context.Context, name string, request []byte, do Do) ([]byte, error) {
	op := &operation{ctx: ctx, do: do}
	out, err := i.call(ctx, op, name, request)
	for err == nil && out.answer == nil {
		number := out.number
		var answer []byte
		if answer, err = op.perform(); err == nil {
			out, err = i.call(ctx, op, "resume", answer, uint64(number))
		}
		if err != nil {
			i.cancel(number)
		}
	}
	return out.answer, err
}

// perform performs the effect that the operation waits for.
func (op *operation) perform() ([]byte, error) {
	effect := op.asked
	op.asked = nil
	answered := make(chan []byte, 1)
	go func() { answered <- op.do(op.ctx, effect.effect, effect.request) }()
	select {
	case answer := <-answered:
		return bounded(answer), nil
	case <-op.ctx.Done():
		return nil, op.ctx.Err()
	}
}

// acquire returns the instance with the fewest operations, or makes a new one
// if all are busy and the limit allows it.
func (p *Pool) acquire(ctx context.Context) (*instance, error) {
	for {
		p.mu.Lock()
		if p.closed {
			p.mu.Unlock()
			return nil, ErrClosed
		}
		best := p.leastBusy()
		full := len(p.instances)+p.making >= p.options.Instances
		if best != nil && (best.active == 0 || full || p.making > 0) {
			best.active++
			p.running.Add(1)
			p.mu.Unlock()
			return best, nil
		}
		if !full {
			return p.extend()
		}
		made := p.made
		p.mu.Unlock()
		select { // there is none, but one is being made
		case <-made:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (p *Pool) leastBusy() *instance {
	var best *instance
	for _, i := range p.instances {
		if best == nil || i.active < best.active {
			best = i
		}
	}
	return best
}

// extend makes an instance for the caller, who holds the lock.
func (p *Pool) extend() (*instance, error) {
	p.making++
	p.running.Add(1)
	p.mu.Unlock()

	i, err := p.newInstance()

	p.mu.Lock()
	defer p.mu.Unlock()
	p.making--
	close(p.made)
	p.made = make(chan struct{})
	if err != nil {
		p.running.Done()
		return nil, err
	}
	i.active = 1
	p.instances = append(p.instances, i)
	return i, nil
}

// release ends an operation's use of an instance, and the instance itself if
// it has grown too large and nobody else uses it.
func (p *Pool) release(i *instance) {
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.running.Done()
	i.active--
	if i.grown.Load() && !i.retired {
		p.drop(i)
	}
	if i.retired && i.active == 0 && !i.hung {
		go i.module.Close(i.context)
	}
}

// remove takes an instance out of the pool because of an error.
func (p *Pool) remove(i *instance, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	i.hung = errors.Is(err, ErrHung)
	p.hung = p.hung || i.hung
	p.drop(i)
}

func (p *Pool) drop(i *instance) {
	i.retired = true
	p.instances = slices.DeleteFunc(p.instances, func(other *instance) bool { return other == i })
}

// Close waits for running operations, or until the context ends, and releases
// everything once they are done. From then on Run fails.
func (p *Pool) Close(ctx context.Context) error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil
	}
	p.closed = true
	p.mu.Unlock()
	released := make(chan struct{})
	go func() {
		defer close(released)
		p.running.Wait()
		p.mu.Lock()
		defer p.mu.Unlock()
		if !p.hung {
			p.compiled.close(context.Background())
		}
	}()
	select {
	case <-released:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("module: operations are still running: %w", ctx.Err())
	}
}
