// Command gen writes the block function of argon2 for amd64 with AVX2.
//
// A block is 128 words in 8 rows of 16. The permutation of BLAKE2b, with its
// additions replaced by fBlaMka (RFC 9106, section 3.6), runs over each row and
// then over each of 8 columns of two words a row. Here it runs over two rows or
// two columns at a time: they are independent, so that one fills the time that
// the other waits for its multiplications.
package main

import (
	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

const (
	vector = 32  // bytes of a vector: four words
	row    = 128 // bytes of a row of a block
	block  = 1024
)

func main() {
	ConstraintExpr("amd64")
	rotations := newRotations()
	function("fillAVX2", "fillAVX2 sets out to the compression of prev and ref, by way of scratch.", rotations, false)
	function("mixAVX2", "mixAVX2 adds the compression of prev and ref to out by exclusive or, by way of scratch.", rotations, true)
	Generate()
}

// rotations has the shuffles of bytes that rotate each word right by 24 and 16
// bits.
type rotations struct{ by24, by16 Mem }

func newRotations() rotations {
	table := func(name string, low uint64) Mem {
		m := GLOBL(name, attr.RODATA|attr.NOPTR)
		for i := range vector / 8 {
			DATA(8*i, U64(low+uint64(i%2)*0x0808080808080808)) // each 16 bytes are shuffled on their own
		}
		return m
	}
	return rotations{by24: table("rotate24", 0x0201000706050403), by16: table("rotate16", 0x0100070605040302)}
}

// function writes one function: the exclusive or of prev and ref goes through
// the rows to scratch, then through the columns to out.
func function(name, doc string, r rotations, mix bool) {
	TEXT(name, attr.NOSPLIT, "func(out, prev, ref, scratch *[128]uint64)")
	Pragma("noescape")
	Doc(doc)
	offset := GP64()
	pointer := func(name string) Mem { return Mem{Base: Load(Param(name), GP64())}.Idx(offset, 1) }
	out, prev, ref, state := pointer("out"), pointer("prev"), pointer("ref"), pointer("scratch")

	loop(name+"Rows", offset, 2*row, block, func() {
		place := func(i, half int) int { return half*row + i*vector }
		p := permutation{rotations: r}
		p.each(func(i, half int, word VecVirtual) {
			VMOVDQU(prev.Offset(place(i, half)), word)
			VPXOR(ref.Offset(place(i, half)), word, word)
		})
		p.round()
		p.turnRows(0x39, 0x4e, 0x93)
		p.round()
		p.turnRows(0x93, 0x4e, 0x39)
		p.each(func(i, half int, word VecVirtual) {
			VMOVDQU(word, state.Offset(place(i, half)))
		})
	})
	loop(name+"Columns", offset, vector, row, func() {
		place := func(i, half int) int { return (2*i + half) * row }
		p := permutation{rotations: r}
		p.each(func(i, half int, word VecVirtual) {
			VMOVDQU(state.Offset(place(i, half)), word)
		})
		p.round()
		p.turnColumns()
		p.round()
		p.turnColumnsBack()
		p.each(func(i, half int, word VecVirtual) {
			VPXOR(prev.Offset(place(i, half)), word, word)
			VPXOR(ref.Offset(place(i, half)), word, word)
			if mix {
				VPXOR(out.Offset(place(i, half)), word, word)
			}
			VMOVDQU(word, out.Offset(place(i, half)))
		})
	})
	VZEROUPPER()
	RET()
}

// loop writes a loop over an offset from 0 in steps up to an end.
func loop(label string, offset GPVirtual, step, end uint32, body func()) {
	XORQ(offset, offset)
	Label(label)
	body()
	ADDQ(U32(step), offset)
	CMPQ(offset, U32(end))
	JNE(LabelRef(label))
}

// permutation is two permutations of 16 words in eight registers. The words of
// the first index are those that BLAKE2b calls a, b, c and d. Two rows have one
// register each; two columns share both, two words a register each.
type permutation struct {
	rotations
	words [4][2]VecVirtual
}

// each visits the registers, which it makes first.
func (p *permutation) each(visit func(i, half int, word VecVirtual)) {
	for i := range p.words {
		for half := range p.words[i] {
			if p.words[i][half] == nil {
				p.words[i][half] = YMM()
			}
			visit(i, half, p.words[i][half])
		}
	}
}

// round mixes all columns of the 4 by 4 words: the first or second half of a
// round of BLAKE2b.
func (p *permutation) round() {
	const a, b, c, d = 0, 1, 2, 3
	p.step(a, b, d, func(word VecVirtual) { VPSHUFD(Imm(0xb1), word, word) }) // by 32
	p.step(c, d, b, func(word VecVirtual) { VPSHUFB(p.by24, word, word) })
	p.step(a, b, d, func(word VecVirtual) { VPSHUFB(p.by16, word, word) })
	p.step(c, d, b, func(word VecVirtual) { // by 63
		double := YMM()
		VPADDQ(word, word, double)
		VPSRLQ(Imm(63), word, word)
		VPXOR(double, word, word)
	})
}

// step adds y to x by fBlaMka, and x to z by exclusive or, and rotates z.
func (p *permutation) step(x, y, z int, rotate func(VecVirtual)) {
	for half := range 2 {
		x, y := p.words[x][half], p.words[y][half]
		product := YMM()
		VPMULUDQ(x, y, product)
		VPADDQ(y, x, x)
		VPADDQ(product, product, product)
		VPADDQ(product, x, x)
	}
	for half := range 2 {
		x, z := p.words[x][half], p.words[z][half]
		VPXOR(x, z, z)
		rotate(z)
	}
}

// turnRows turns b, c and d, each the words of a row, by the order given.
func (p *permutation) turnRows(b, c, d uint64) {
	for half := range 2 {
		VPERMQ(Imm(b), p.words[1][half], p.words[1][half])
		VPERMQ(Imm(c), p.words[2][half], p.words[2][half])
		VPERMQ(Imm(d), p.words[3][half], p.words[3][half])
	}
}

// turnColumns turns b by one word, c by two and d by three, over both registers.
func (p *permutation) turnColumns() {
	b, c, d := &p.words[1], &p.words[2], &p.words[3]
	b[0], b[1] = joined(b[0], b[1]), joined(b[1], b[0])
	c[0], c[1] = c[1], c[0]
	d[0], d[1] = joined(d[1], d[0]), joined(d[0], d[1])
}

// turnColumnsBack undoes turnColumns.
func (p *permutation) turnColumnsBack() {
	b, c, d := &p.words[1], &p.words[2], &p.words[3]
	b[0], b[1] = joined(b[1], b[0]), joined(b[0], b[1])
	c[0], c[1] = c[1], c[0]
	d[0], d[1] = joined(d[0], d[1]), joined(d[1], d[0])
}

// joined returns the second word of low and the first word of high, in each half.
func joined(low, high VecVirtual) VecVirtual {
	word := YMM()
	VPALIGNR(Imm(8), low, high, word)
	return word
}
