package page

import (
	"testing"

	"github.com/enrol-sso/enrol/signup/ssoconf"
)

func TestBuiltInTemplatesShowEveryState(t *testing.T) {
	config, _, err := ssoconf.Parse("[apps]\nall=CRM,Billing\nsignup_allowed=CRM\ndefault=CRM\n")
	if err != nil {
		t.Fatal(err)
	}
	h, err := newHandler(idle{config}, Options{Brands: map[string]Brand{"CRM": {After: []string{"https://crm.example.com/"}}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.checkTemplates(); err != nil {
		t.Error(err)
	}
}
