package argon2

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestPoolUsesMemoryAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // no time passes
		pool := NewPool(100 * blockSize)
		large := pool.take(60)
		pool.put(large)
		small := pool.take(30)
		if &small[0] != &large[0] || len(small) != 30 {
			t.Error("the memory of an earlier hash is not used again")
		}
		other := pool.take(30)
		if &other[0] == &large[0] {
			t.Error("two hashes have the same memory")
		}
	})
}

func TestPoolGivesASmallHashNoMemoryOfALargeOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // no time passes
		pool := NewPool(100 * blockSize)
		large := pool.take(60)
		pool.put(large)
		small := pool.take(29)
		if cap(small) != 29 || pool.used != 29*blockSize {
			t.Errorf("a hash of 29 blocks holds %d bytes, with room for %d blocks", pool.used, cap(small))
		}
		if again := pool.take(60); &again[0] != &large[0] {
			t.Error("the large memory is not used for a large hash")
		}
	})
}

func TestPoolKeepsNoMoreThanItsLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // no time passes
		pool := NewPool(100 * blockSize)
		first, second := pool.take(60), pool.take(60)
		pool.put(first) // 120 blocks are more than the limit
		if len(pool.free) != 0 {
			t.Errorf("%d bytes are kept while others are in use", pool.size)
		}
		pool.put(second)
		if pool.size != 60*blockSize || pool.used != 0 {
			t.Errorf("%d bytes are kept and %d used, want 60 blocks and none", pool.size, pool.used)
		}
		third := pool.take(70) // too large for the kept memory, which must go
		if pool.size != 0 || pool.used != 70*blockSize {
			t.Errorf("%d bytes are kept and %d used, want none and 70 blocks", pool.size, pool.used)
		}
		pool.SetLimit(0)
		pool.put(third)
		if pool.size != 0 {
			t.Errorf("%d bytes are kept with a limit of 0", pool.size)
		}
	})
}

func TestIdlePoolClearsAndDropsItsMemory(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		pool := NewPool(100 * blockSize)
		memory := pool.take(2)
		memory[1][127] = 1
		pool.put(memory)
		time.Sleep(keep - 1)
		memory = pool.take(2) // no longer idle
		time.Sleep(2 * keep)
		if memory[1][127] != 1 {
			t.Error("memory in use was cleared")
		}
		pool.put(memory)
		time.Sleep(keep)
		synctest.Wait()
		if memory[1][127] != 0 || len(pool.free) != 0 || pool.size != 0 {
			t.Errorf("an idle pool keeps %d bytes, with a word %d", pool.size, memory[1][127])
		}
	})
}
