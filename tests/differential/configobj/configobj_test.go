//go:build differential

// Package configobj_test compares our parser of sso.conf with Python's
// ConfigObj 5, on many generated files.
package configobj_test

import (
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/enrol-sso/enrol/signup/ssoconf/configobj"
	"github.com/enrol-sso/enrol/tests/differential/peer"
)

// deviation names the reason why a file that ConfigObj reads is refused here on
// purpose. There are no others.
func deviation(file string) string {
	switch {
	case strings.HasPrefix(file, "\xff\xfe"), strings.HasPrefix(file, "\xfe\xff"):
		return "UTF-16"
	case strings.ContainsFunc(withoutLineEnds(file), func(r rune) bool { return unicode.IsControl(r) && r != '\t' }):
		return "control character"
	}
	return ""
}

// withoutLineEnds removes the ends of lines that both accept.
func withoutLineEnds(file string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(file, "\n") {
		b.WriteString(strings.TrimRight(line, "\r"))
	}
	return b.String()
}

// compare asks ConfigObj about every file, and returns how many it reads.
func compare(t *testing.T, files []string) (read int) {
	t.Helper()
	inputs := make([][]byte, len(files))
	for i, file := range files {
		inputs[i] = []byte(file)
	}
	differences := 0
	deviations := map[string]int{}
	for i, answer := range peer.Python[[]byte, answer](t, "peer.py", inputs) {
		var want, got strings.Builder
		if answer.Tree != nil {
			read++
			theirs(&want, answer.Tree, "")
		}
		file, errors := configobj.Parse(files[i])
		if file != nil {
			ours(&got, file, "")
		}
		if (file != nil) == (answer.Tree != nil) && got.String() == want.String() {
			continue
		}
		if name := deviation(files[i]); name != "" && file == nil {
			deviations[name]++
			continue
		}
		if differences++; differences <= 10 {
			t.Errorf("%q:\nConfigObj %s\n%s\nwe %v\n%s", files[i], answer.Refusal, &want, errors, &got)
		}
	}
	if differences > 0 {
		t.Errorf("%d of %d files differ", differences, len(files))
	}
	t.Logf("%d files, of which ConfigObj reads %d; deviations: %v", len(files), read, deviations)
	return read
}

func TestGeneratedFilesMeanTheSame(t *testing.T) {
	for name, test := range map[string]struct {
		seed, count uint64
		file        func(*generator) string
	}{
		"well formed": {1, 30_000, (*generator).wellFormed},
		"nearly":      {2, 20_000, (*generator).nearly},
		"values":      {3, 60_000, (*generator).oneValue},
		"keys":        {4, 20_000, (*generator).oneKey},
		"markers":     {5, 20_000, (*generator).markers},
		"noise":       {6, 60_000, (*generator).noise},
		"names":       {7, 20_000, (*generator).interpolated},
	} {
		t.Run(name, func(t *testing.T) {
			g := &generator{rand.New(rand.NewPCG(test.seed, 0))}
			files := make([]string, test.count)
			for i := range files {
				files[i] = test.file(g)
			}
			if read := compare(t, files); read < len(files)/20 {
				t.Errorf("only %d of %d files say anything", read, len(files))
			}
		})
	}
}

func TestRealFilesMeanTheSameAfterChanges(t *testing.T) {
	g := &generator{rand.New(rand.NewPCG(8, 0))}
	files := slices.Clone(realFiles)
	for range 15_000 {
		files = append(files, g.mutated(realFiles[g.IntN(len(realFiles))]))
	}
	if read := compare(t, files); read < len(files)/20 {
		t.Errorf("only %d of %d files say anything", read, len(files))
	}
}

// What enrol conf init writes can be read by the original.
func TestRecommendedFileMeansTheSame(t *testing.T) {
	recommended, err := os.ReadFile("../../../host/internal/advice/recommended.conf")
	if err != nil {
		t.Fatal(err)
	}
	if read := compare(t, []string{string(recommended)}); read != 1 {
		t.Error("ConfigObj refuses it")
	}
}

// ConfigObj reads the files in the list of deviations, and our parser refuses
// them.
func TestListedDeviationsAreRefused(t *testing.T) {
	files := []string{"a = b\x01", "a = b\x1cc", "a\vb = c", "\u0085a = b", "a = b\rc", "[a\x7f]", "a = \x00"}
	for _, file := range files {
		if parsed, _ := configobj.Parse(file); parsed != nil || deviation(file) == "" {
			t.Errorf("%q is no deviation", file)
		}
	}
	if read := compare(t, files); read != len(files) {
		t.Errorf("ConfigObj reads %d of %d", read, len(files))
	}
	utf16 := "\xff\xfe" + "a\x00=\x00b\x00"
	if parsed, _ := configobj.Parse(utf16); parsed != nil || deviation(utf16) == "" || utf8.ValidString(utf16) {
		t.Errorf("%q is no deviation", utf16)
	}
}
