package words

// ranks are those of a list that no word has yet, in runs: parts of the list in
// which each word stands before the one above it in the alphabet, as lists do
// that order words by how often they were counted and leave equal counts to the
// alphabet. A word's rank is coded as its run, with the chance that what is
// left of the run has among all that is left, since within a run the alphabet
// says the rest: the words come in its order, so that each takes the last rank
// of its run that is left. Where a list has no such order, every run is one
// rank.
type ranks struct {
	tree []uint16 // a Fenwick tree: at i, how many ranks are left in the i&-i runs up to i
	ends []uint16 // the last rank that is left of each run
	size []uint16 // how many are left of each run
	left int      // how many are left of all
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

// run finds the run that has the nth of what is left, from 0, and how many are
// left before it.
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

// take removes the last rank that is left of a run, and returns it.
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

// before is how many ranks are left in the runs before one.
func (r *ranks) before(run int) (n int) {
	for node := run; node > 0; node -= node & -node {
		n += int(r.tree[node])
	}
	return n
}
