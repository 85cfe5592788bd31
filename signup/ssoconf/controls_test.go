package ssoconf

import (
	"strings"
	"testing"
)

func TestControlsAreRefusedInTheConfiguration(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"[main]\nsite_name=Ex\x1bample", "[main]\nsite_name=a\u202eb", "[main]\nsmtp_conn=a\u0085b", "[apps]\nall=CRM, H\u200fR",
		"[apps]\ndefault=a\u0007", "[signup]\nemail_confirm_from=a\u2028b@example.com", "[signup]\nemail_welcome_cc=a@example.com, b\u00ad@example.com",
	} {
		if errors := configErrors(t, text); !strings.Contains(errors[0].Message, "a control") {
			t.Errorf("%+q: %v", text, errors)
		}
	}
}
