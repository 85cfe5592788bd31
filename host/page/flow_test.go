package page_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/host/internal/website/websitetest"
	"github.com/enrol-sso/enrol/host/page"
	"github.com/enrol-sso/enrol/signup"
)

func TestSignUpMailConfirmWithoutAScript(t *testing.T) {
	w := newWorld(t, page.Options{})
	websitetest.Expect(t, w.get("/signup"), http.StatusOK, "Create your account", `autocomplete="new-password"`)
	websitetest.ExpectRedirect(t, w.post("/signup", append(ada, "key", w.key("/signup"))...), "signup/sent")
	websitetest.Expect(t, w.get("/signup/sent"), http.StatusOK, "Check your inbox")

	messages := w.sent()
	if len(messages) != 1 || messages[0].Kind != host.MessageConfirm {
		t.Fatalf("got %d messages", len(messages))
	}
	websitetest.Expect(t, w.get("/confirm"), http.StatusOK, `id="token"`, `data-ready="One click, and your account is ready."`)
	websitetest.ExpectRedirect(t, w.post("/confirm", "token", " "+string(messages[0].Token)+"\n", "key", w.key("/confirm")), "confirmed")
	websitetest.Expect(t, w.get("/confirmed"), http.StatusOK, "You can log in now.")

	response, err := w.engine.Verify(t.Context(), signup.VerifyRequest{Username: "ada", Password: "correct horse battery", CurrentApp: "CRM"})
	if err != nil || !response.OK() {
		t.Errorf("verify: %v %v", response, err)
	}
}

// A new name, a taken name and a taken address get the same answer.
func TestTakenNameAndTakenAddressLookTheSame(t *testing.T) {
	w := newWorld(t, page.Options{})
	first := w.post("/signup", ada...)
	messages := w.sent()
	websitetest.ExpectRedirect(t, w.post("/confirm", "token", string(messages[0].Token)), "confirmed")
	for name, fields := range map[string][]string{
		"taken name":    {"username", "ada", "email", "other@example.com", "password", "correct horse battery"},
		"taken address": {"username", "grace", "email", "ada@example.com", "password", "correct horse battery"},
	} {
		answer := w.post("/signup", fields...)
		if answer.Code != first.Code || answer.Body.String() != first.Body.String() || headersOf(answer) != headersOf(first) {
			t.Errorf("%s: got %d %s %s", name, answer.Code, headersOf(answer), answer.Body)
		}
	}
}

// headersOf returns the headers of an answer without its nonce.
func headersOf(answer *httptest.ResponseRecorder) string {
	var text strings.Builder
	header := answer.Header().Clone()
	header.Del("Content-Security-Policy")
	header.Write(&text)
	return text.String()
}

func TestDoubleClickSignsUpOnce(t *testing.T) {
	w := newWorld(t, page.Options{})
	key := w.key("/signup")
	for range 2 {
		websitetest.ExpectRedirect(t, w.post("/signup", append(ada, "key", key)...), "signup/sent")
	}
	if messages := w.sent(); len(messages) != 1 {
		t.Errorf("got %d messages", len(messages))
	}
	other := []string{"username", "grace", "email", "grace@example.com", "password", "correct horse battery", "key", key}
	websitetest.ExpectRedirect(t, w.post("/signup", other...), "signup/sent")
	if messages := w.sent(); len(messages) != 2 {
		t.Errorf("the form was changed after the way back: got %d messages", len(messages))
	}
}

func TestDoubleClickConfirmsOnce(t *testing.T) {
	w := newWorld(t, page.Options{})
	w.post("/signup", ada...)
	token, key := string(w.sent()[0].Token), w.key("/confirm")
	for range 2 {
		websitetest.ExpectRedirect(t, w.post("/confirm", "token", token, "key", key), "confirmed")
	}
}

func TestErrorsOfSignUp(t *testing.T) {
	w := newWorld(t, page.Options{})
	answer := w.post("/signup", "username", "a b", "email", "nobody", "password", "short")
	websitetest.Expect(t, answer, http.StatusUnprocessableEntity,
		"<title>Error: Create your account · Example</title>", `id="error-summary"`, "autofocus", `role="alert"`,
		`<a href="#username">The username must not contain spaces.</a>`,
		`<a href="#email">Please enter a valid e-mail address.</a>`,
		`<a href="#password">The password is too short.</a>`,
		`<p id="username-error" class="error" aria-live="polite">The username must not contain spaces.</p>`,
		`value="a b"`, `value="nobody"`, `aria-invalid="true"`)
	if strings.Contains(answer.Body.String(), `"short"`) {
		t.Error("the password comes back")
	}
	websitetest.Expect(t, w.post("/signup"), http.StatusUnprocessableEntity, "Enter your e-mail address.", "Enter a username.", "Enter a password.")
}

// Used, expired and unknown tokens look the same.
func TestUsedAndUnknownTokensLookTheSame(t *testing.T) {
	w := newWorld(t, page.Options{})
	w.post("/signup", ada...)
	token := string(w.sent()[0].Token)
	websitetest.ExpectRedirect(t, w.post("/confirm", "token", token), "confirmed")
	used := w.post("/confirm", "token", token)
	websitetest.Expect(t, used, http.StatusUnprocessableEntity, "This code cannot be used.", `href="resend"`, `href="signup"`)
	unknown := w.post("/confirm", "token", strings.Repeat("A", 32))
	if blank(used) != blank(unknown) {
		t.Errorf("a used token: %s\nan unknown one: %s", used.Body, unknown.Body)
	}
	if strings.Contains(used.Body.String(), token) {
		t.Error("the token comes back")
	}
}

// blank returns an answer without what differs in each.
func blank(answer *httptest.ResponseRecorder) string {
	return random.ReplaceAllString(answer.Body.String(), `$1="…"`)
}

func TestTokenConfirmsOnlyInItsApplication(t *testing.T) {
	w := newWorld(t, page.Options{})
	websitetest.ExpectRedirect(t, w.post("/signup?app=Billing", ada...), "signup/sent?app=Billing")
	token := string(w.sent()[0].Token)
	websitetest.Expect(t, w.post("/confirm", "token", token), http.StatusUnprocessableEntity, "This code cannot be used.")
	websitetest.ExpectRedirect(t, w.post("/confirm?app=Billing", "token", token), "confirmed?app=Billing")
}

func TestConfirmAsksForThePassword(t *testing.T) {
	w := newWorld(t, page.Options{}, "[enrol]", "[enrol]\nconfirm_requires_password=True")
	w.post("/signup", ada...)
	token := string(w.sent()[0].Token)
	websitetest.Expect(t, w.get("/confirm"), http.StatusOK, `autocomplete="current-password"`, `data-ready="Enter your password, and your account is ready."`)
	websitetest.Expect(t, w.post("/confirm", "token", token), http.StatusUnprocessableEntity, `<a href="#password">Enter a password.</a>`)
	websitetest.Expect(t, w.post("/confirm", "token", token, "password", "wrong horse"), http.StatusUnprocessableEntity, `<a href="#password">That did not work.`)
	websitetest.ExpectRedirect(t, w.post("/confirm", "token", token, "password", "correct horse battery"), "confirmed")
}

func TestResend(t *testing.T) {
	w := newWorld(t, page.Options{})
	w.post("/signup", ada...)
	w.sent()
	websitetest.Expect(t, w.get("/resend"), http.StatusOK, "Send the message again")
	websitetest.ExpectRedirect(t, w.post("/resend", "username", "ada", "email", "ada@example.com"), "signup/sent")
	messages := w.sent()
	if len(messages) != 2 || messages[1].Token == messages[0].Token {
		t.Fatalf("got %d messages", len(messages))
	}
	websitetest.ExpectRedirect(t, w.post("/resend", "username", "nobody", "email", "nobody@example.com"), "signup/sent")
	if messages := w.sent(); len(messages) != 2 {
		t.Errorf("nobody got a message")
	}
	websitetest.Expect(t, w.post("/resend"), http.StatusUnprocessableEntity, `<a href="#email">`, `<a href="#username">`)
	websitetest.ExpectRedirect(t, w.post("/confirm", "token", string(messages[1].Token)), "confirmed")
}

func TestApprovalIsToldAfterConfirming(t *testing.T) {
	w := newWorld(t, page.Options{}, "is_approval_needed=False", "is_approval_needed=True")
	websitetest.Expect(t, w.get("/confirmed"), http.StatusOK, "We will review it before you can log in")
}

func TestNothingChangesOnGET(t *testing.T) {
	w := newWorld(t, page.Options{})
	w.post("/signup", ada...)
	token := string(w.sent()[0].Token)
	for _, path := range []string{"/confirm?token=" + token, "/signup?username=grace&password=correct+horse+battery&email=grace@example.com", "/resend?username=ada&email=ada@example.com"} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			answer := w.do(httptest.NewRequest(method, path, nil))
			websitetest.Expect(t, answer, http.StatusOK)
			if strings.Contains(answer.Body.String(), token) {
				t.Error("the token comes back")
			}
		}
	}
	// Nor from the URL of a POST.
	websitetest.Expect(t, w.post("/confirm?token="+token), http.StatusUnprocessableEntity)
	if messages := w.sent(); len(messages) != 1 {
		t.Errorf("got %d messages", len(messages))
	}
	websitetest.ExpectRedirect(t, w.post("/confirm", "token", token), "confirmed")
}

func TestApplicationsThatAreNotServed(t *testing.T) {
	w := newWorld(t, page.Options{})
	websitetest.Expect(t, w.get("/signup?app=Nothing"), http.StatusNotFound, "Page not found")
	websitetest.Expect(t, w.get("/signup?app=Archive"), http.StatusForbidden, "You cannot sign up for this application here.")
	websitetest.Expect(t, w.post("/signup?app=Archive", ada...), http.StatusUnprocessableEntity)
	if messages := w.sent(); len(messages) != 0 {
		t.Errorf("got %d messages", len(messages))
	}
}

func TestPagesWorkBelowAPrefix(t *testing.T) {
	w := newWorld(t, page.Options{})
	server := httptest.NewServer(http.StripPrefix("/join/us", w))
	defer server.Close()
	response, err := http.Get(server.URL + "/join/us/?lang=de")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if got := response.Request.URL.String(); got != server.URL+"/join/us/signup?lang=de" || response.StatusCode != http.StatusOK {
		t.Errorf("the root led to %s: %s", got, response.Status)
	}
	request := formRequest(server.URL+"/join/us/signup?lang=de", ada...)
	request.RequestURI = ""
	if response, err = http.DefaultClient.Do(request); err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if got := response.Request.URL.String(); got != server.URL+"/join/us/signup/sent?lang=de" || response.StatusCode != http.StatusOK {
		t.Errorf("the form led to %s: %s", got, response.Status)
	}
	websitetest.Expect(t, w.get("/signup/sent"), http.StatusOK, `href="../confirm"`, `href="../assets/page.`)
}

// Settings under which an answer would tell who has an account are refused.
func TestTellingSettingsAreRefused(t *testing.T) {
	for setting, section := range map[string]string{
		"inform_if_user_exists=True":                  "[signup]",
		"inform_if_email_exists=True":                 "[signup]",
		"always_return_confirm_token=False":           "[signup]",
		"bind_apps=False\nusername_may_be_email=True": "[enrol]\nbind_apps=True",
	} {
		name, _, _ := strings.Cut(setting, "=")
		w := newWorld(t, page.Options{})
		conf := strings.Replace(openConf, section, strings.TrimSuffix(section, "\nbind_apps=True")+"\n"+setting, 1)
		if err := w.engine.Reload(t.Context(), conf); err != nil {
			t.Fatal(err)
		}
		if _, err := page.New(w.engine, page.Options{}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", setting, err)
		}
	}
}

// A token must not confirm in an application that nobody signs up to either.
func TestUnboundTokensAreRefusedWithOneApplicationForSignups(t *testing.T) {
	w := newWorld(t, page.Options{})
	conf := strings.NewReplacer("signup_allowed=CRM,Billing", "signup_allowed=CRM", "bind_apps=True", "bind_apps=False").Replace(openConf)
	if err := w.engine.Reload(t.Context(), conf); err != nil {
		t.Fatal(err)
	}
	if _, err := page.New(w.engine, page.Options{}); err == nil || !strings.Contains(err.Error(), "bind_apps") {
		t.Error(err)
	}
}

func TestReloadedSettingsThatTellStopThePages(t *testing.T) {
	w := newWorld(t, page.Options{})
	conf := strings.Replace(openConf, "[signup]", "[signup]\ninform_if_email_exists=True", 1)
	if err := w.engine.Reload(t.Context(), conf); err != nil {
		t.Fatal(err)
	}
	websitetest.Expect(t, w.post("/signup", ada...), http.StatusServiceUnavailable, "Please wait a moment")
	websitetest.Expect(t, w.get("/signup"), http.StatusServiceUnavailable)
	websitetest.Expect(t, w.api("signup", adaJSON+"}"), http.StatusServiceUnavailable, `"status":"error","sub_status":["E901002"]`)
	if logged := w.logged(); strings.Count(logged, "signup.inform_if_email_exists") != 1 {
		t.Errorf("the log is %s", logged)
	}
	if err := w.engine.Reload(t.Context(), openConf); err != nil {
		t.Fatal(err)
	}
	websitetest.Expect(t, w.get("/signup"), http.StatusOK)
}

func TestPagesTellWhereMailsAreThatAreKept(t *testing.T) {
	keeps := true
	w := newWorld(t, page.Options{KeepsMails: func() bool { return keeps }})
	websitetest.Expect(t, w.get("/signup/sent"), http.StatusOK, "keeps its mails", "the address that the server printed")
	if keeps = false; strings.Contains(w.get("/signup/sent").Body.String(), "keeps its mails") {
		t.Error("no mail is kept, and the page tells where")
	}
}
