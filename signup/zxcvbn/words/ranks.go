package words

// ranks are those of a list that no word has yet: a Fenwick tree that finds the
// nth of them. A word's rank is coded as a place among these, which saves a bit
// and a half a word, since no two words share one.
type ranks struct {
	tree []uint16 // at i, how many are left among the i&-i up to i
	left int
}

func newRanks(size int) *ranks {
	r := &ranks{tree: make([]uint16, size+1), left: size}
	for i := range r.tree {
		r.tree[i] = uint16(i & -i)
	}
	return r
}

// take removes the nth rank that is left, from 0, and returns it, from 1.
func (r *ranks) take(nth int) int {
	step := 1
	for step*2 < len(r.tree) {
		step *= 2
	}
	rank := 0
	for ; step > 0; step /= 2 {
		if next := rank + step; next < len(r.tree) && int(r.tree[next]) <= nth {
			rank = next
			nth -= int(r.tree[next])
		}
	}
	rank++
	r.left--
	for i := rank; i < len(r.tree); i += i & -i {
		r.tree[i]--
	}
	return rank
}

// place is the counterpart of take: which of those left a rank is.
func (r *ranks) place(rank int) (nth int) {
	for i := rank - 1; i > 0; i -= i & -i {
		nth += int(r.tree[i])
	}
	return nth
}
