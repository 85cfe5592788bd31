package page

import "strings"

// saveData is the header with which a browser asks for less data.
const saveData = "Save-Data"

// savesData reports whether somebody asked for less data: the module has more than
// a megabyte.
func (v *visit) savesData() bool {
	asked, _, _ := strings.Cut(v.r.Header.Get(saveData), ";")
	return strings.EqualFold(strings.TrimSpace(asked), "on")
}
