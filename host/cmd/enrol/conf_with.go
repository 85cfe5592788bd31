package main

import (
	"reflect"
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// with returns the sso.conf with a setting, whose effect on the configuration is
// change, and with nothing else changed. The engine is given text, so the key is
// written over an empty one, below the header of its section, or into a new section.
// It is not ok if no such text has that effect alone.
func (k *conf) with(section, key, value string, change func(*ssoconf.Config)) (*conf, bool) {
	setting := key + "=" + value + "\n"
	lines := strings.SplitAfter(k.given, "\n")
	texts := []string{k.given + "\n[" + section + "]\n" + setting}
	for i, line := range lines {
		before, after := strings.Join(lines[:i], ""), strings.Join(lines[i+1:], "")
		switch word := strings.TrimSpace(line); {
		case strings.HasPrefix(word, key):
			texts = append(texts, before+setting+after)
		case strings.HasPrefix(word, "[") && strings.Contains(word, section):
			texts = append(texts, before+strings.TrimRight(line, "\r\n")+"\n"+setting+after)
		}
	}
	want := *k.config
	change(&want)
	for _, text := range texts {
		with, err := parseConf(k.path, text)
		if err != nil || !reflect.DeepEqual(with.config, &want) {
			continue
		}
		next := *k
		next.given, next.config = with.text, with.config
		next.warnings = slices.DeleteFunc(slices.Clone(k.warnings), func(n ssoconf.Notice) bool {
			return !slices.ContainsFunc(with.warnings, func(left ssoconf.Notice) bool { return left.Message == n.Message })
		})
		return &next, true
	}
	return nil, false
}
