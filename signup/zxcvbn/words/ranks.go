package words

// ranks are the ranks of a list that no word has yet, in runs. A run is a part
// of the list in which each word precedes the word above it in the alphabet, as
// in lists that sort words by frequency and words of equal frequency by the
// alphabet. A rank is coded as its run, whose probability is its share of the
// ranks that are left. That is enough: words come in alphabetical order, so
// each takes the last rank left in its run. In a list without such an order,
// every run is one rank.
type ranks struct {
	tree []uint16 // a Fenwick tree: at i, the number of ranks left in the i&-i runs up to i
	ends []uint16 // the last rank left in each run
	size []uint16 // the number of ranks left in each run
	left int      // the number of ranks left in all runs
}

func newRanks(runs []int) *ranks {
	r := &ranks{tree: make([]uint16, len(runs)+1), ends: make([]uint16, len(runs)), size: make([]uint16, len(runs))}
	for i, size := range runs {
		r.left += size
		r.ends[i], r.size[i] = uint16(r.left), uint16(size)
		for node := i + 1; node < len(r.tree); node += node & -node {
			r.tree[node] += uint16(size)
		}
	}
	return r
}

// run returns the run of the nth rank that is left, from 0, and the number of
// ranks left before the run.
func (r *ranks) run(nth int) (run, before int) {
	step := 1
	for step*2 < len(r.tree) {
		step *= 2
	}
	for ; step > 0; step /= 2 {
		if next := run + step; next < len(r.tree) && before+int(r.tree[next]) <= nth {
			run = next
			before += int(r.tree[next])
		}
	}
	return run, before
}

// take removes the last rank left in a run and returns it.
func (r *ranks) take(run int) (rank int) {
	rank = int(r.ends[run])
	r.ends[run]--
	r.size[run]--
	r.left--
	for node := run + 1; node < len(r.tree); node += node & -node {
		r.tree[node]--
	}
	return rank
}

// before returns the number of ranks left before a run.
func (r *ranks) before(run int) (n int) {
	for node := run; node > 0; node -= node & -node {
		n += int(r.tree[node])
	}
	return n
}
