package admin

import (
	"fmt"
	"strings"
)

// doneTexts say what was done, by what a redirect names.
var doneTexts = map[string]string{
	"approved": "The account is approved: its owner can log in.",
	"rejected": "The account is rejected and deleted.",
	"locked":   "The account is locked: its owner cannot log in.",
	"unlocked": "The account is unlocked: its owner can log in.",
	"retried":  "The dead letter is due again.",
}

// success leads back to the page of a form, which then says what was done.
func (v *visit) success(what string, more ...string) {
	back := pathTo(v.field("back"))
	separator := "?"
	if strings.Contains(back, "?") {
		separator = "&"
	}
	v.redirect(back + separator + strings.TrimPrefix(withQuery("", append([]string{"done", what}, more...)...), "?"))
}

// done returns what a redirect says was done, with a number, "" for nothing known.
func done(what string, count int) string {
	switch {
	case what == "all" && count == 1:
		return "1 dead letter is due again."
	case what == "all":
		return fmt.Sprintf("%d dead letters are due again.", count)
	}
	return doneTexts[what]
}
