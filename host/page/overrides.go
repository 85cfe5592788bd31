package page

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxTemplateSize bounds a template of the operator, in bytes.
const maxTemplateSize = 256 << 10

// readOverrides reads the operator's templates, by their names without .html. The
// error has every file that cannot be one. Names that begin with a dot are ignored,
// as version control and Kubernetes have them.
func readOverrides(files fs.FS) (map[string]string, error) {
	if files == nil {
		return nil, nil
	}
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, fmt.Errorf("the folder of templates of pages cannot be read: %w", err)
	}
	found := map[string]string{}
	var wrong []error
	refuse := func(name, format string, args ...any) {
		wrong = append(wrong, fmt.Errorf("the template %s: "+format, append([]any{name}, args...)...))
	}
	for _, entry := range entries {
		file := entry.Name()
		if strings.HasPrefix(file, ".") {
			continue
		}
		name := strings.TrimSuffix(file, ".html")
		if path.Ext(file) != ".html" || name != layoutName && !slices.Contains(pageNames, name) {
			refuse(file, "no page uses this file: there are %s.html, %s.html", layoutName, strings.Join(pageNames, ".html, "))
			continue
		}
		info, err := fs.Stat(files, file) // follows symbolic links
		switch {
		case err != nil:
			refuse(file, "cannot be read: %w", err)
			continue
		case !info.Mode().IsRegular() || info.Size() > maxTemplateSize:
			refuse(file, "is not a file of at most %d KiB", maxTemplateSize>>10)
			continue
		}
		data, err := fs.ReadFile(files, file)
		switch {
		case err != nil:
			refuse(file, "cannot be read: %w", err)
		case !utf8.Valid(data):
			refuse(file, "is not UTF-8")
		default:
			found[name] = strings.TrimPrefix(string(data), "\ufeff")
		}
	}
	return found, errors.Join(wrong...)
}
