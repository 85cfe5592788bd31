package signup

import (
	"strings"
	"unicode/utf8"

	"github.com/enrol-sso/enrol/signup/internal/ascii"
	"github.com/enrol-sso/enrol/signup/internal/visible"
	"github.com/enrol-sso/enrol/signup/ssoconf"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// text visits a string of at most limit code points. It refuses controls.
func text(m *strictjson.Members, name string, value *string, limit int) {
	raw(m, name, value, limit)
	m.IsVisible()
	if m.Reading() {
		*value = shown(m, name, *value)
	}
}

// raw visits a string whose characters are checked by a rule with its own code,
// or only compared.
func raw(m *strictjson.Members, name string, value *string, limit int) {
	m.String(name, value)
	m.AtMost(limit)
	if m.Reading() {
		*value = bounded(m, name, *value, limit)
	}
}

// shown refuses a text that contains a control.
func shown(m *strictjson.Members, name, text string) string {
	if strings.ContainsFunc(text, visible.IsControl) {
		m.Fail(name, "contains a control or another invisible character")
		return ""
	}
	return text
}

func bounded(m *strictjson.Members, name, text string, limit int) string {
	if count := utf8.RuneCountInString(text); count > limit {
		m.Fail(name, "has %d characters, the limit is %d", count, limit)
		return ""
	}
	return text
}

// boundedList refuses a list of more than count texts, or with texts of more
// than limit code points.
func boundedList(m *strictjson.Members, name string, list []string, count, limit int) {
	if len(list) > count {
		m.Fail(name, "has %d entries, the limit is %d", len(list), count)
		return
	}
	for _, text := range list {
		shown(m, name, bounded(m, name, text, limit))
	}
}

// sized limits the bytes of a member in JSON, the form that is stored and sent.
func sized(m *strictjson.Members, name string, visit func(*strictjson.Members), limit int) {
	if size := len(strictjson.Append(nil, visit)) - len(`{"":}`); size > limit {
		m.Fail(name, "has %d bytes, the limit is %d", size, limit)
	}
}

func visitCID(m *strictjson.Members, cid *string) {
	text(m, "cid", cid, maxCID)
	m.Matches(`[A-Za-z0-9_-]*`)
	for i := range len(*cid) {
		if b := (*cid)[i]; m.Reading() && !ascii.IsDigit(b) && !ascii.IsLetter(b) && b != '_' && b != '-' {
			m.Fail("cid", "may contain only letters, digits, \"_\" and \"-\"")
			*cid = ""
			return
		}
	}
}

// readCID reads only the cid of a request. It returns "" if it is invalid.
func readCID(data []byte) string {
	cid := ""
	if value, err := strictjson.Parse(data); err == nil {
		value.Read(func(m *strictjson.Members) { visitCID(m, &cid) })
	}
	return cid
}

// visitAppList visits the applications to sign up to.
func visitAppList(m *strictjson.Members, list *[]string) {
	m.Strings("app_list", list)
	m.EntriesAtMost(maxAppList, ssoconf.MaxAppName)
	m.IsVisible()
	if m.Reading() {
		boundedList(m, "app_list", *list, maxAppList, ssoconf.MaxAppName)
		sized(m, "app_list", func(m *strictjson.Members) { m.Strings("", list) }, maxAppBytes)
	}
}

func visitAttrs(m *strictjson.Members, attrs *map[string]string) {
	if !m.Reading() {
		m.Map("attrs", attrs)
		return
	}
	m.Each("attrs", func(names []string, inner *strictjson.Members) {
		if len(names) > maxAttrs {
			m.Fail("attrs", "has %d entries, the limit is %d", len(names), maxAttrs)
			return
		}
		*attrs = make(map[string]string, len(names))
		for _, name := range names {
			if name == "" {
				m.Fail("attrs", "has an entry without a name")
			}
			shown(m, "attrs", bounded(m, "attrs", name, maxAttrName))
			value, there := "", inner.Has(name)
			if text(inner, name, &value, maxAttrValue); there {
				(*attrs)[name] = value
			}
		}
	})
	m.EntriesAtMost(maxAttrs, maxAttrName)
	m.IsVisible()
	sized(m, "attrs", func(m *strictjson.Members) { m.Map("", attrs) }, maxAttrsBytes)
}

// visitPage visits the members of a request for a page of a list: the number of
// entries, by default most, and the cursor.
func visitPage(m *strictjson.Members, limit *int, most int, cursor *string) {
	if m.Reading() {
		*limit = most
	}
	m.Optional().Whole("limit", limit, 1, 100)
	text(m.Optional(), "cursor", cursor, maxCursor)
}
