package page_test

import (
	"encoding/json"
	"fmt"
	"html"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/enrol-sso/enrol/host/page"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// The form keeps a place free for the longest text that its script may write.
func TestFormHasRoomForEveryTextOfItsScript(t *testing.T) {
	rooms := regexp.MustCompile(`<div class="room" data-text="([^"]*)"`)
	for _, accepted := range []int{0, 2, 3, 4} {
		w := newWorld(t, page.Options{}, "min_complexity=0", fmt.Sprintf("min_complexity=%d", accepted))
		for _, language := range ssoconf.Languages() {
			data, err := os.ReadFile("catalogue/" + language + ".json")
			if err != nil {
				t.Fatal(err)
			}
			var catalogue struct{ Codes, Strength map[string]string }
			if err := json.Unmarshal(data, &catalogue); err != nil {
				t.Fatal(err)
			}
			may := map[int][]string{}
			for i, codes := range []string{"E002001 E002003 E002004", "E001001 E001003 E001004", "E003001 E003002 E003003 E003008"} {
				for code := range strings.FieldsSeq(codes) {
					may[i] = append(may[i], catalogue.Codes[code])
				}
			}
			for key, text := range catalogue.Strength {
				switch {
				case key == "label":
				case strings.HasPrefix(key, "score"):
					may[2] = append(may[2], catalogue.Strength["label"]+" "+text+".")
				default:
					may[2] = append(may[2], text)
					if accepted < 3 { // a weak password may be accepted, with advice
						may[2] = append(may[2], catalogue.Strength["label"]+" "+catalogue.Strength["score2"]+". "+text)
					}
				}
			}
			found := rooms.FindAllStringSubmatch(w.get("/signup?lang="+language).Body.String(), -1)
			if len(found) != len(may) {
				t.Fatalf("the form has %d places", len(found))
			}
			for i, texts := range may {
				room := html.UnescapeString(found[i][1])
				if long := slices.IndexFunc(texts, func(text string) bool { return utf8.RuneCountInString(text) > utf8.RuneCountInString(room) }); long >= 0 {
					t.Errorf("%s, %d: %q is longer than %q", language, accepted, texts[long], room)
				}
			}
		}
	}
}
