package words

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestListsAreComplete(t *testing.T) {
	t.Parallel()
	s := Load()
	passwords, before := 0, ""
	for i := range s.Len() {
		word := s.Word(i)
		if word <= before || word != strings.ToLower(word) {
			t.Fatalf("%q comes after %q", word, before)
		}
		for depth := range len(word) + 1 {
			want := -1
			if depth < len(word) {
				want = int(word[depth])
			}
			if got := s.At(i, depth); got != want {
				t.Fatalf("%q has %d at %d", word, got, depth)
			}
		}
		if s.List(i) == Passwords {
			passwords++
		}
		before = word
	}
	if s.Len() != 93_855 || passwords != 30_000 {
		t.Errorf("there are %d words, %d of them passwords", s.Len(), passwords)
	}
}

func TestRanksMatchTheLists(t *testing.T) {
	t.Parallel()
	s := Load()
	for word, rank := range map[string]int{"123456": 1, "password": 2, "the": 1, "mary": 1, "smith": 1, "you": 1, "james": 1, "constructor": 13_589} {
		i, ok := slices.BinarySearchFunc(slices.Collect(indices(s)), word, func(i int, word string) int { return strings.Compare(s.Word(i), word) })
		if !ok || s.Rank(i) != rank || (s.List(i) == Passwords) != (word == "123456" || word == "password") {
			t.Errorf("%q is there: %v, with the rank %d, want %d", word, ok, s.Rank(i), rank)
		}
	}
}

func indices(s *Set) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for i := range s.Len() {
			if !yield(i) {
				return
			}
		}
	}
}

func TestPackedListsUnpack(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var lists [len(Lists)][]string
		type place struct{ list, rank int }
		want := map[string]place{}
		letters := 1 + random.IntN(63)
		for range random.IntN(300) {
			word := make([]byte, 1+random.IntN(maxLength))
			for i := range word {
				word[i] = byte('!' + random.IntN(letters))
			}
			list := random.IntN(len(lists))
			if _, again := want[string(word)]; !again {
				lists[list] = append(lists[list], string(word))
				want[string(word)] = place{list, len(lists[list])}
			}
		}
		data, err := Pack(lists)
		if err != nil {
			t.Fatal(err)
		}
		s := begin(string(data)).Set()
		if s.Len() != len(want) {
			t.Fatalf("%d words became %d", len(want), s.Len())
		}
		for i := range s.Len() {
			if p := want[s.Word(i)]; s.Rank(i) != p.rank || s.List(i) != p.list {
				t.Fatalf("%q has the rank %d, want %d of %s", s.Word(i), s.Rank(i), p.rank, Lists[p.list])
			}
		}
	}
}

func TestPackRefusesListsThatDoNotFitTheFormat(t *testing.T) {
	t.Parallel()
	letters := make([]string, 64)
	for i := range letters {
		letters[i] = string(rune('!' + i))
	}
	for name, lists := range map[string][len(Lists)][]string{
		"twice":        {{"a", "b"}, {"a"}},
		"empty":        {{""}},
		"long word":    {{strings.Repeat("a", maxLength+1)}},
		"long list":    {make([]string, runsBit)},
		"many letters": {letters},
	} {
		if _, err := Pack(lists); err == nil {
			t.Errorf("%s: packed", name)
		}
	}
}

func TestListsUnpackPartByPart(t *testing.T) {
	t.Parallel()
	whole := Load()
	u, parts := Begin(), 1
	for u.Next(10_000) {
		parts++
	}
	if parts != 10 || u.Next(1) {
		t.Errorf("there are %d parts, want 10", parts)
	}
	interrupted := Begin()
	interrupted.Next(1)
	for name, s := range map[string]*Set{"in parts": u.Set(), "one word first": interrupted.Set()} {
		if !slices.Equal(s.text, whole.text) || !slices.Equal(s.start, whole.start) || !slices.Equal(s.rank, whole.rank) || !slices.Equal(s.list, whole.list) {
			t.Errorf("%s: the words differ", name)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Load()
	}
}
