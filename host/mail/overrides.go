package mail

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/enrol-sso/enrol/host"
)

// layoutName is the file name of the layout, without its ending.
const layoutName = "layout"

// Bounds of the operator's templates.
const (
	maxTemplates    = 500
	maxTemplateSize = 64 << 10
)

// overrides are the operator's templates, by their path without .txt or .html.
type overrides map[string]*override

// override is what there is of a template. The HTML of a text alone is made of it.
type override struct {
	text *textTemplate
	html *htmlTemplate
}

// templateKey returns the key of a template's file.
func templateKey(name string) string {
	if ending := path.Ext(name); ending == ".txt" || ending == ".html" {
		return strings.TrimSuffix(name, ending)
	}
	return name
}

// overrideReader reads the operator's templates.
type overrideReader struct {
	files    fs.FS
	named    map[string]string // the file that a setting names, by kind
	linked   bool              // there is a public URL
	loaded   overrides
	problems []error
	count    int
}

// loadOverrides reads all templates. Its error has every mistake in them.
func loadOverrides(files fs.FS, named map[string]string, linked bool) (overrides, error) {
	r := &overrideReader{files: files, named: named, linked: linked, loaded: overrides{}}
	if files != nil {
		r.folder(".")
	}
	for _, kind := range slices.Sorted(maps.Keys(named)) {
		if name := named[kind]; !isDefaultTemplate(name) && !r.has(templateKey(name)) {
			r.problems = append(r.problems, fmt.Errorf("signup.email_%s_template is %q, but there is no such file among the templates of mails", kind, name))
		}
	}
	if named[host.MessageConfirm] == named[host.MessageWelcome] {
		r.problems = append(r.problems, errors.New("signup.email_confirm_template and email_welcome_template must not be the same file"))
	}
	return r.loaded, errors.Join(r.problems...)
}

// has reports whether a template exists, for all languages or for one.
func (r *overrideReader) has(key string) bool {
	for _, language := range languages {
		if r.loaded[language+"/"+key] != nil {
			return true
		}
	}
	return r.loaded[key] != nil
}

func (r *overrideReader) wrong(name, format string, args ...any) {
	r.problems = append(r.problems, fmt.Errorf("%s: "+format, append([]any{name}, args...)...))
}

// folder reads a folder: the root, or the folder of a language. Names that begin with a
// dot are ignored, as version control and Kubernetes have them.
func (r *overrideReader) folder(folder string) {
	entries, err := fs.ReadDir(r.files, folder)
	if err != nil {
		r.wrong(r.pathOf(folder), "the folder of templates cannot be read: %w", reasonOf(err))
		return
	}
	for _, entry := range entries {
		name := path.Join(folder, entry.Name())
		if strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		info, err := fs.Stat(r.files, name) // follows symbolic links
		switch {
		case err != nil:
			r.wrong(name, "cannot be read: %w", err)
		case info.IsDir() && folder == "." && slices.Contains(languages, name):
			r.folder(name)
		case info.IsDir() && folder == ".":
			r.wrong(name, "is not a language of mails: those are %s", strings.Join(languages, ", "))
		case !info.Mode().IsRegular():
			r.wrong(name, "is not a file")
		case info.Size() > maxTemplateSize:
			r.wrong(name, "is larger than %d KiB", maxTemplateSize>>10)
		default:
			r.file(name, entry.Name())
		}
	}
}

// pathOf returns the path of a folder: below the one that os.DirFS was given, as it
// was given. Other file systems do not tell.
func (r *overrideReader) pathOf(folder string) string {
	given := reflect.ValueOf(r.files)
	switch {
	case given.Kind() != reflect.String:
		return folder
	case folder == ".":
		return given.String()
	}
	return given.String() + "/" + folder
}

// reasonOf returns an error without the path in it, which pathOf knows better.
func reasonOf(err error) error {
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		return at.Err
	}
	return err
}

// file reads a template.
func (r *overrideReader) file(name, base string) {
	if r.count++; r.count > maxTemplates {
		if r.count == maxTemplates+1 {
			r.wrong(name, "there are more than %d templates", maxTemplates)
		}
		return
	}
	kind := r.kindOf(base)
	ending := path.Ext(base)
	isHTML := ending == ".html"
	if kind == "" || base == layoutName+".txt" {
		r.wrong(name, "no mail uses this file: there are %s.html and, as .txt and .html, %s", layoutName, strings.Join(r.names(), ", "))
		return
	}
	data, err := fs.ReadFile(r.files, name)
	switch {
	case err != nil:
		r.wrong(name, "cannot be read: %w", err)
		return
	case len(data) > maxTemplateSize:
		r.wrong(name, "is larger than %d KiB", maxTemplateSize>>10)
		return
	case !utf8.Valid(data):
		r.wrong(name, "is not UTF-8")
		return
	}
	source := strings.ReplaceAll(strings.TrimPrefix(string(data), "\ufeff"), "\r\n", "\n")
	if at := strings.IndexFunc(source, func(c rune) bool { return c != '\n' && c != '\t' && isUnprintable(c) }); at >= 0 {
		r.wrong(name, "line %d: there is a control character", (&flaw{at: at}).line(source))
		return
	}
	allowed := ofLayout
	if kind != layoutName {
		allowed = placeholdersOf(kind)
	}
	key := templateKey(name)
	found := r.loaded[key]
	if found == nil {
		found = new(override)
		r.loaded[key] = found
	}
	var flaw *flaw
	var used []string
	if isHTML {
		if found.html, flaw = parseHTML(source, allowed); flaw == nil {
			used = found.html.names()
		}
	} else if found.text, flaw = parseText(source, allowed); flaw == nil {
		used = found.text.names()
	}
	if flaw != nil {
		r.wrong(name, "line %d: %s", flaw.line(source), flaw.reason)
		return
	}
	r.check(name, kind, used)
}

// check checks what a mail must have, and what it cannot have.
func (r *overrideReader) check(name, kind string, used []string) {
	for _, link := range []string{"link", "signup_link", "public_url"} {
		if !r.linked && slices.Contains(used, link) {
			r.wrong(name, "{%s} has no value without a public URL", link)
		}
	}
	switch {
	case kind == layoutName && !slices.Contains(used, "content"):
		r.wrong(name, "the layout must have {content}")
	case slices.Contains(ofKinds[kind], "token") && !slices.Contains(used, "token") && !slices.Contains(used, "link"):
		r.wrong(name, "nobody could confirm: the mail must have {token} or {link}")
	}
}

// kindOf returns the kind of mail that a file is for, layoutName for the layout,
// and "" if it is for none.
func (r *overrideReader) kindOf(base string) string {
	for kind, named := range r.named {
		if base == named || path.Ext(base) == ".html" && templateKey(base) == templateKey(named) {
			return kind
		}
	}
	key := templateKey(base)
	if _, known := ofKinds[key]; (known || key == layoutName) && key != base {
		return key
	}
	return ""
}

// names returns the names that templates may have, without .txt or .html.
func (r *overrideReader) names() []string {
	names := kinds()
	for _, kind := range slices.Sorted(maps.Keys(r.named)) {
		names = append(names, templateKey(r.named[kind]))
	}
	return names
}

// parseText parses a mail as plain text. It may begin with a line "Subject: …",
// with an empty line after it.
func parseText(source string, allowed []string) (*textTemplate, *flaw) {
	t := new(textTemplate)
	at := 0
	if rest, ok := strings.CutPrefix(source, "Subject:"); ok {
		subject, _, _ := strings.Cut(rest, "\n")
		at = len("Subject:") + len(subject)
		var wrong *flaw
		if t.subject, wrong = parse(strings.TrimSpace(subject), []string{"site_name"}); wrong != nil {
			return nil, wrong
		}
		if len(t.subject) == 0 {
			return nil, &flaw{0, "the subject is empty"}
		}
		if rest := source[at:]; strings.TrimLeft(rest, "\n") == rest[min(1, len(rest)):] {
			return nil, &flaw{0, "there must be an empty line after the subject"}
		}
	}
	for at < len(source) {
		at += len(source[at:]) - len(strings.TrimLeft(source[at:], "\n"))
		text, _, _ := strings.Cut(source[at:], "\n\n")
		if trimmed := strings.TrimRight(text, "\n \t"); trimmed != "" {
			b, wrong := parseBlock([]string{trimmed}, allowed)
			if wrong != nil {
				wrong.at += at
				return nil, wrong
			}
			t.blocks = append(t.blocks, b)
		}
		at += len(text)
	}
	if len(t.blocks) == 0 {
		return nil, &flaw{0, "the mail is empty"}
	}
	return t, nil
}
