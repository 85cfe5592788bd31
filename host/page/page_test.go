package page_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host/page"
)

func TestProgramsAreWarnedIfOneClickConfirms(t *testing.T) {
	for setting, warned := range map[string]bool{"False": true, "True": false} {
		var log bytes.Buffer
		w := newWorld(t, page.Options{}, "[enrol]", "[enrol]\nconfirm_requires_password="+setting)
		if _, err := page.New(w.engine, page.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))}); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(log.String(), "set enrol.confirm_requires_password to True") != warned {
			t.Errorf("%s: the log is %q", setting, &log)
		}
	}
}
