package signup

import "testing"

// The settings of these tests have CRM, HR and Wiki; Wiki is closed for
// sign-ups.
func TestApplications(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, call, through, list, signup, validate string }{
		{"all in order", `"CRM"`, `"HR"`, `["Wiki"]`, "", ""},
		{"the call's is unknown", `"Nope"`, `"CRM"`, `["CRM"]`, "E004001", "E004001"},
		{"the one signed up through is unknown", `"CRM"`, `"Nope"`, `["CRM"]`, "E004001", "E004001"},
		{"the one signed up through is closed", `"CRM"`, `"Wiki"`, `["CRM"]`, "E004002", "E004002"},
		{"the call's stands for both", `"Wiki"`, `""`, `["CRM"]`, "E004002", "E004002"},
		{"nothing is named", `null`, `null`, `["CRM"]`, "", ""},
		{"an entry is unknown", `"CRM"`, `null`, `["CRM","Nope"]`, "E004001", "E004001"},
		{"an entry occurs twice", `"CRM"`, `null`, `["CRM","CRM"]`, "E004001", "E004001"},
		{"the list is empty", `"CRM"`, `null`, `[]`, "E008003", "E008003"},
		{"there is no list", `"CRM"`, `null`, `null`, "E008003", ""},
	} {
		request := `{"current_app":` + test.call + `,"ctx":{"username":"ada","password":"` + goodPassword +
			`","email":"ada@example.com","current_app":` + test.through + `,"app_list":` + test.list + `}}`
		w := newWorld(t)
		if got := w.run("validate", request).codes(); got != test.validate {
			t.Errorf("%s: validate answers %q, want %q", test.name, got, test.validate)
		}
		if got := w.run("signup", request).codes(); got != test.signup {
			t.Errorf("%s: signup answers %q, want %q", test.name, got, test.signup)
		}
	}
}

func TestNullAttributesAreAbsent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustRun("signup", `{"ctx":{"username":"ada","password":"`+goodPassword+
		`","email":"ada@example.com","app_list":["CRM"],"attrs":{"a":null,"b":""}}}`)
	attrs := w.mustRun("get", `{"username":"ada"}`).User.Attrs
	if _, there := attrs["a"]; there || len(attrs) != 1 {
		t.Errorf("the account has %v", attrs)
	}
}
