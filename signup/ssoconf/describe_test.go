package ssoconf

import (
	"strconv"
	"testing"
)

func TestEveryDescribedKeyTakesItsDefaultAndItsBounds(t *testing.T) {
	t.Parallel()
	settings, err := ParseSettings("")
	if err != nil {
		t.Fatal(err)
	}
	effective := 0
	for _, s := range settings {
		if s.Value != nil {
			effective++
		}
	}
	if keys := Keys(); len(keys) != effective {
		t.Errorf("%d keys are described, and %d have an effect", len(keys), effective)
	}
	for _, key := range Keys() {
		values := map[string]bool{} // whether they are accepted
		switch key.Kind {
		case Number:
			values = map[string]bool{strconv.Itoa(key.Min): true, strconv.Itoa(key.Max): true, strconv.Itoa(key.Max + 1): false}
		case Choice:
			values["none of them"] = false
			for _, word := range key.Words {
				values[word] = true
			}
		case Flag:
			values = map[string]bool{"True": true, "perhaps": false}
		}
		for value, want := range values {
			r := readConfig("[" + key.Section + "]\n" + key.Name + "=" + value + "\n")
			if got := !r.given[key.Path()].bad; got != want {
				t.Errorf("%s=%s: accepted %v, want %v", key.Path(), value, got, want)
			}
		}
	}
}
