package mail

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/enrol-sso/enrol/signup/ssoconf"
)

//go:embed catalogue
var embedded embed.FS

// english is the language of mails unless something else is set.
const english = ssoconf.English

// languages are the languages of the texts for status codes, English first.
var languages = ssoconf.Languages()

// Languages returns the languages that there are mails in, as BCP 47 tags.
func Languages() []string { return slices.Clone(languages) }

// matchLanguage returns the language for a tag, such as "de-AT" or "pt_BR", and ""
// if there is none.
func matchLanguage(tag string) string {
	tag = strings.ToLower(strings.ReplaceAll(strings.TrimSpace(tag), "_", "-"))
	primary, _, _ := strings.Cut(tag, "-")
	first := ""
	for _, language := range languages {
		lower := strings.ToLower(language)
		if lower == tag {
			return language
		}
		if own, _, _ := strings.Cut(lower, "-"); own == primary && first == "" {
			first = language
		}
	}
	return first
}

// catalogue holds the texts of one language.
type catalogue struct {
	language, direction string
	months              []string
	day, time           []part
	labels              map[string]string // of buttons, by placeholder
	mails               map[string]*textTemplate
}

// catalogueFile is the JSON of a catalogue.
type catalogueFile struct {
	Language  string            `json:"language"`
	Direction string            `json:"direction"` // of the script, as in HTML's dir
	Months    []string          `json:"months"`    // as in a date
	Day       string            `json:"day"`       // with {d}, {month} and {yyyy}
	Time      string            `json:"time"`      // with {day}, {hh} and {mm}
	Labels    map[string]string `json:"labels"`
	Mails     map[string]struct {
		Subject string  `json:"subject"`
		Body    []texts `json:"body"`
	} `json:"mails"`
}

// texts are the alternatives of a block: a text, or a list of them.
type texts []string

func (t *texts) UnmarshalJSON(data []byte) error {
	if data[0] == '[' {
		return json.Unmarshal(data, (*[]string)(t))
	}
	*t = make(texts, 1)
	return json.Unmarshal(data, &(*t)[0])
}

// builtIn reads the embedded catalogues and the layout.
func builtIn() (map[string]*catalogue, *htmlTemplate, error) {
	all := map[string]*catalogue{}
	for _, language := range languages {
		data, err := embedded.ReadFile(path.Join("catalogue", language+".json"))
		if err == nil {
			all[language], err = readCatalogue(data)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("the built-in texts, %s: %w", language, err)
		}
	}
	data, err := embedded.ReadFile(path.Join("catalogue", layoutName+".html"))
	if err != nil {
		return nil, nil, err
	}
	layout, wrong := parseHTML(string(data), ofLayout)
	if wrong != nil {
		return nil, nil, fmt.Errorf("the built-in layout, line %d: %s", wrong.line(string(data)), wrong.reason)
	}
	return all, layout, nil
}

func readCatalogue(data []byte) (*catalogue, error) {
	var file catalogueFile
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, err
	}
	c := &catalogue{language: file.Language, direction: file.Direction, months: file.Months, labels: file.Labels, mails: map[string]*textTemplate{}}
	var wrong *flaw
	if c.day, wrong = parse(file.Day, []string{"d", "month", "yyyy"}); wrong != nil {
		return nil, fmt.Errorf("day: %s", wrong.reason)
	}
	if c.time, wrong = parse(file.Time, []string{"day", "hh", "mm"}); wrong != nil {
		return nil, fmt.Errorf("time: %s", wrong.reason)
	}
	if len(c.months) != 12 {
		return nil, fmt.Errorf("there are %d months", len(c.months))
	}
	for _, kind := range kinds() {
		mail := file.Mails[kind]
		t := new(textTemplate)
		if t.subject, wrong = parse(mail.Subject, []string{"site_name"}); wrong != nil || mail.Subject == "" {
			return nil, fmt.Errorf("%s: the subject is missing or wrong", kind)
		}
		for _, texts := range mail.Body {
			b, wrong := parseBlock(texts, placeholdersOf(kind))
			if wrong != nil {
				return nil, fmt.Errorf("%s: %s", kind, wrong.reason)
			}
			t.blocks = append(t.blocks, b)
		}
		c.mails[kind] = t
	}
	if len(file.Mails) != len(c.mails) {
		return nil, fmt.Errorf("there are mails of the kinds %s", slices.Sorted(maps.Keys(file.Mails)))
	}
	return c, nil
}

// dayOf writes a day, in UTC.
func (c *catalogue) dayOf(t time.Time) string {
	year, month, day := t.UTC().Date()
	return plain(c.day, values{"d": strconv.Itoa(day), "month": c.months[month-1], "yyyy": strconv.Itoa(year)})
}

// timeOf writes a time, in UTC.
func (c *catalogue) timeOf(t time.Time) string {
	t = t.UTC()
	return plain(c.time, values{"day": c.dayOf(t), "hh": fmt.Sprintf("%02d", t.Hour()), "mm": fmt.Sprintf("%02d", t.Minute())})
}
