package argon2

import (
	"sync"
	"time"
)

// Pool keeps memory between hashes. Memory that is used again holds old blocks,
// which are overwritten before they are read.
type Pool struct {
	limit int64 // bytes

	mu   sync.Mutex
	used int64 // bytes that running hashes have
	free [][]block
	size int64 // bytes of free
	idle *time.Timer
}

// keep is how long a pool keeps memory that no hash uses.
const keep = time.Second

// NewPool returns a pool that keeps memory while it and running hashes take at
// most this many bytes together. A second after the last hash it clears and
// drops all.
func NewPool(limit int64) *Pool { return &Pool{limit: limit} }

// SetLimit changes the limit, in bytes, for hashes that begin or end from now on.
func (p *Pool) SetLimit(limit int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.limit = limit
}

// take returns a number of blocks with any content. It uses kept memory of up to
// twice the size: a small hash must not hold what a large one needs.
func (p *Pool) take(count int) []block {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.idle != nil {
		p.idle.Stop()
	}
	for i, memory := range p.free {
		if cap(memory) >= count && cap(memory) <= 2*count {
			last := len(p.free) - 1
			p.free[i], p.free[last] = p.free[last], nil
			p.free = p.free[:last]
			p.size -= sizeOf(memory)
			p.used += sizeOf(memory)
			return memory[:count]
		}
	}
	memory := make([]block, count)
	p.used += sizeOf(memory)
	for len(p.free) > 0 && p.used+p.size > p.limit {
		last := len(p.free) - 1
		p.size -= sizeOf(p.free[last])
		p.free[last] = nil
		p.free = p.free[:last]
	}
	return memory
}

// put takes memory back.
func (p *Pool) put(memory []block) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.used+p.size <= p.limit { // used still counts this memory
		p.free = append(p.free, memory)
		p.size += sizeOf(memory)
	}
	p.used -= sizeOf(memory)
	if p.used == 0 {
		p.idle = time.AfterFunc(keep, p.drop)
	}
}

// drop clears and drops all memory unless a hash has begun.
func (p *Pool) drop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.used > 0 {
		return
	}
	for _, memory := range p.free {
		clear(memory[:cap(memory)])
	}
	p.free, p.size = nil, 0
}

func sizeOf(memory []block) int64 { return int64(cap(memory)) * blockSize }
