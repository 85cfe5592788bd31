package mail

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/enrol-sso/enrol/host"
)

// files makes a folder of templates from names and texts in turn.
func files(namesAndTexts ...string) fstest.MapFS {
	all := fstest.MapFS{}
	for i := 0; i < len(namesAndTexts); i += 2 {
		all[namesAndTexts[i]] = &fstest.MapFile{Data: []byte(namesAndTexts[i+1]), Mode: 0o644}
	}
	return all
}

func TestTemplatesOfTheOriginalWork(t *testing.T) {
	r := renderer(t, RenderOptions{Templates: files(
		"sso-confirm.txt", "Dear {username},\r\n\r\nconfirm here: https://crm.example.com/confirm?token={token}\r\nYours, {{us}}\r\n",
		"sso-welcome.txt", "Welcome, {username}.",
	)})
	m := render(t, r, body(host.MessageConfirm))
	if want := "Dear Ada.Lovelace,\n\nconfirm here: https://crm.example.com/confirm?token=" + testToken + "\nYours, {us}\n"; m.Text != want {
		t.Errorf("the text is %q", m.Text)
	}
	if m.Subject != "Confirm your account at Analytical Engines" {
		t.Errorf("the subject is %q", m.Subject)
	}
	link := "https://crm.example.com/confirm?token=" + testToken
	if want := "<p>Dear Ada.Lovelace,</p>\n<p>confirm here: <a href=\"" + link + "\">" + link + "</a><br>\nYours, {us}</p>"; !strings.Contains(m.HTML, want) {
		t.Errorf("the HTML is %s", m.HTML)
	}
	if m := render(t, r, body(host.MessageWelcome)); m.Text != "Welcome, Ada.Lovelace.\n" {
		t.Errorf("the text is %q", m.Text)
	}
	if m := render(t, r, body(host.MessageRejected)); !strings.Contains(m.Text, "was not approved") {
		t.Errorf("a template changes another mail: %q", m.Text)
	}
}

func TestTemplatesThatSettingsName(t *testing.T) {
	templates := files("Our Confirm", "{token}", "Our Confirm.html", "<b>{token}</b>", "hello.txt", "Hello, {username}")
	r := renderer(t, RenderOptions{ConfirmTemplate: "Our Confirm", WelcomeTemplate: "hello.txt", Templates: templates})
	m := render(t, r, body(host.MessageConfirm, func(m *message) { m.Template = "Our Confirm" }))
	if m.Text != testToken+"\n" || m.HTML != "<b>"+testToken+"</b>" {
		t.Errorf("the mail is %q, %q", m.Text, m.HTML)
	}
	m = render(t, r, body(host.MessageWelcome, func(m *message) { m.Template = "hello.txt" }))
	if m.Text != "Hello, Ada.Lovelace\n" {
		t.Errorf("the mail is %q", m.Text)
	}
}

func TestMostSpecificTemplateWins(t *testing.T) {
	all := []string{
		"confirm.txt", "kind {token}", "sso-confirm.txt", "setting {token}", "de/confirm.txt", "German kind {token}", "de/sso-confirm.txt", "German setting {token}",
	}
	for n, want := range map[int]string{2: "kind", 4: "setting", 6: "German kind", 8: "German setting"} {
		r := renderer(t, RenderOptions{Templates: files(all[:n]...)})
		if m := render(t, r, body(host.MessageConfirm, locale("de"))); m.Text != want+" "+testToken+"\n" {
			t.Errorf("with %v the text is %q", all[:n], m.Text)
		}
	}
	r := renderer(t, RenderOptions{Templates: files(all...)})
	if m := render(t, r, body(host.MessageConfirm, locale("fr"))); m.Text != "setting "+testToken+"\n" {
		t.Errorf("the French text is %q", m.Text)
	}
}

// The templates of a kind also replace a kind like it that has none of its own.
func TestTemplatesOfAKindReplaceAKindLikeIt(t *testing.T) {
	for _, c := range []struct{ kind, base, setting string }{
		{host.MessageConfirmResent, host.MessageConfirm, "sso-confirm"},
		{host.MessageApproved, host.MessageWelcome, "sso-welcome"},
	} {
		token := ""
		if c.base == host.MessageConfirm {
			token = " {token}"
		}
		all := []string{
			c.base + ".txt", "base" + token, c.setting + ".txt", "setting" + token, c.kind + ".txt", "own" + token,
			"de/" + c.base + ".txt", "German base" + token, "de/" + c.setting + ".txt", "German setting" + token, "de/" + c.kind + ".txt", "German own" + token,
		}
		for n, want := range map[int]string{2: "base", 4: "setting", 6: "own", 8: "German base", 10: "German setting", 12: "German own"} {
			r := renderer(t, RenderOptions{Templates: files(all[:n]...)})
			m := render(t, r, body(c.kind, locale("de")))
			if m.Text != want+strings.ReplaceAll(token, "{token}", testToken)+"\n" {
				t.Errorf("%s: with %v the text is %q", c.kind, all[:n], m.Text)
			}
			if of := render(t, r, body(c.base, locale("de"))); strings.Contains(of.Text, "own") {
				t.Errorf("%s: with %v the text is %q", c.base, all[:n], of.Text)
			}
		}
	}
	r := renderer(t, RenderOptions{Templates: files("hello.txt", "Hello, {username}"), WelcomeTemplate: "hello.txt"})
	if m := render(t, r, body(host.MessageApproved, func(m *message) { m.Template = "hello.txt" })); m.Text != "Hello, Ada.Lovelace\n" {
		t.Errorf("the mail about an approval is %q", m.Text)
	}
}

func TestTextAndHTMLOfOneMailBelongTogether(t *testing.T) {
	r := renderer(t, RenderOptions{Templates: files("welcome.html", "<i>{username}</i>", "de/welcome.txt", "Hallo {username}", "rejected.html", "<i>no</i>")})
	if m := render(t, r, body(host.MessageWelcome, locale("de"))); m.Text != "Hallo Ada.Lovelace\n" || !strings.Contains(m.HTML, "<p>Hallo Ada.Lovelace</p>") {
		t.Errorf("a German text has the HTML %s", m.HTML)
	}
	if m := render(t, r, body(host.MessageWelcome)); !strings.Contains(m.Text, "is ready") || m.HTML != "<i>Ada.Lovelace</i>" {
		t.Errorf("the mail is %q, %q", m.Text, m.HTML)
	}
	if m := render(t, r, body(host.MessageRejected)); !strings.Contains(m.Text, "was not approved") || m.HTML != "<i>no</i>" {
		t.Errorf("the mail is %q, %q", m.Text, m.HTML)
	}
}

func TestLayoutCanBeReplaced(t *testing.T) {
	r := renderer(t, RenderOptions{Templates: files(
		"layout.html", "<title>{subject}</title>{content}", "de/layout.html", "<div lang='{language}'>{content}</div>",
		"welcome.txt", "Subject: Hello from {site_name}\n\nHello",
	)})
	if m := render(t, r, body(host.MessageWelcome)); m.HTML != "<title>Hello from Analytical Engines</title><p>Hello</p>" || m.Subject != "Hello from Analytical Engines" {
		t.Errorf("the mail is %q, %q", m.Subject, m.HTML)
	}
	if m := render(t, r, body(host.MessageWelcome, locale("de"))); m.HTML != "<div lang='de'><p>Hello</p></div>" {
		t.Errorf("the mail is %q", m.HTML)
	}
}

func TestParagraphWithoutValueIsLeftOut(t *testing.T) {
	r := renderer(t, RenderOptions{Templates: files("rejected.txt", "No.\n\n\nBecause of {reason}\n\nFrom {application}\n")})
	for reason, want := range map[string]string{"": "No.\n", "age": "No.\n\nBecause of age\n"} {
		if m := render(t, r, body(host.MessageRejected, func(m *message) { m.Reason = reason })); m.Text != want {
			t.Errorf("the text is %q", m.Text)
		}
	}
}

func TestPlaceholderIsEscapedForItsContext(t *testing.T) {
	r := renderer(t, RenderOptions{PublicURL: testURL, Templates: files(
		"welcome.html", `<p title="{username}" lang='{username}'>{username}</p><a href="https://example.com/u/{username}">{{}}</a><a href="{public_url}/x?{username}">`,
		"welcome.txt", "Hi {username}: https://example.com/u/{username}. Or {public_url}/?u={username}!",
	)})
	m := render(t, r, body(host.MessageWelcome, func(m *message) { m.Username = `a"'<&>/..?é` }))
	const text, url = "a&#34;&#39;&lt;&amp;&gt;/..?é", "a%22%27%3C%26%3E%2F..%3F%C3%A9"
	want := `<p title="` + text + `" lang='` + text + `'>` + text + `</p><a href="https://example.com/u/` + url + `">{}</a><a href="` + testURL + `/x?` + url + `">`
	if m.HTML != want {
		t.Errorf("the HTML is\n%s, not\n%s", m.HTML, want)
	}
	if want := `Hi a"'<&>/..?é: https://example.com/u/` + url + ". Or " + testURL + "/?u=" + url + "!\n"; m.Text != want {
		t.Errorf("the text is %q", m.Text)
	}
}

func TestUsernameNeverBecomesALink(t *testing.T) {
	r := renderer(t, RenderOptions{Templates: files("welcome.txt", "{username}\n\nHello {username}")})
	m := render(t, r, body(host.MessageWelcome, func(m *message) { m.Username = "https://evil.example.com" }))
	if strings.Contains(m.HTML, "<a ") {
		t.Errorf("the HTML is %s", m.HTML)
	}
}

func TestURLsOfTextsBecomeLinks(t *testing.T) {
	r := renderer(t, RenderOptions{PublicURL: testURL, Templates: files("welcome.txt",
		"See https://a.example/b, (http://c.example/?d=e) and <{public_url}/f>.\n\n{signup_link}\n\nNow {signup_link}?x=https://y. https://end.example/?\n\nhttps://")})
	m := render(t, r, body(host.MessageWelcome))
	link := func(url string) string { return `<a href="` + url + `">` + url + "</a>" }
	want := "<p>See " + link("https://a.example/b") + ", (" + link("http://c.example/?d=e") + ") and &lt;" + link(testURL+"/f") + "&gt;.</p>\n" +
		`<p><a class="button" href="` + testURL + `/signup">Sign up again</a></p>` + "\n" +
		"<p>Now " + link(testURL+"/signup?x=https://y") + ". " + link("https://end.example/") + "?</p>"
	if !strings.Contains(m.HTML, want) {
		t.Errorf("the HTML is\n%s, not\n%s", m.HTML, want)
	}
}

func TestBrokenTemplatesAreReportedWithFileLineAndReason(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"confirm.txt", "a\n\nb\n{tokn}", "confirm.txt: line 4: {tokn} is not a placeholder of this mail: those are {application}, {day}, {expires}"},
		{"confirm.txt", "a\nb {token", "confirm.txt: line 2: there is a { without a }"},
		{"confirm.txt", "{token}\n}", "confirm.txt: line 2: there is a } without a {"},
		{"confirm.txt", "{token!r}", "{token!r} is not a placeholder"},
		{"confirm.txt", "{}", "{} is not a placeholder"},
		{"confirm.txt", "Hello", "confirm.txt: nobody could confirm"},
		{"confirm_resent.txt", "Hello", "confirm_resent.txt: nobody could confirm"},
		{"confirm.html", "Hello", "confirm.html: nobody could confirm"},
		{"confirm.txt", " \n\n", "the mail is empty"},
		{"confirm.txt", "Subject:\n\n{token}", "line 1: the subject is empty"},
		{"confirm.txt", "Subject: a\n{token}", "line 1: there must be an empty line after the subject"},
		{"confirm.txt", "Subject: {username}\n\n{token}", "line 1: {username} is not a placeholder"},
		{"confirm.txt", "{token}\x00", "line 1: there is a control character"},
		{"confirm.txt", "{token}\n\u202e", "line 2: there is a control character"},
		{"confirm.txt", "{token}\xff", "is not UTF-8"},
		{"confirm.txt", strings.Repeat(" ", 64<<10) + "{token}", "is larger than 64 KiB"},
		{"confirm.txt", "{link}", "{link} has no value without a public URL"},
		{"welcome.txt", "{public_url}", "{public_url} has no value"},
		{"welcome.html", "<a href='{signup_link}'>", "{signup_link} has no value"},
		{"welcome.txt", "{token}", "{token} is not a placeholder of this mail"},
		{"sso-welcome.txt", "{token}", "sso-welcome.txt: line 1: {token} is not"},
		{"welcome.txt", "a\n\nb\nhttps://{username}", "{username} must come after the host"},
		{"welcome.txt", "https://a{username}/", "must come after the host"},
		{"de/welcome.txt", "{x}", "de/welcome.txt: line 1"},
		{"it/welcome.txt", "a", "it: is not a language of mails: those are en, de"},
		{"de/fr/welcome.txt", "a", "de/fr: is not a file"},
		{"welcom.txt", "a", "welcom.txt: no mail uses this file: there are layout.html and, as .txt and .html, approved, confirm, confirm_resent"},
		{"welcome.txt~", "a", "no mail uses this file"},
		{"welcome", "a", "no mail uses this file"},
		{"layout.txt", "a", "no mail uses this file"},
		{"layout.html", "a", "the layout must have {content}"},
		{"layout.html", "<p title='{content}'>", "{content} must stand between tags"},
		{"layout.html", "{content}{username}", "{username} is not a placeholder"},
		{"welcome.html", "<p>\n<script>", "welcome.html: line 2: <script> has no place in a mail"},
		{"welcome.html", "<SVG/>", "<svg> has no place"},
		{"welcome.html", "<p title={username}>", "must be in quotes"},
		{"welcome.html", "<p title= 'a'>", "must be in quotes, right after the ="},
		{"welcome.html", "<p {username}>", "may hold only attributes"},
		{"welcome.html", "<{username}>", "there is a < that begins no tag"},
		{"welcome.html", "</{username}>", "a tag has no name"},
		{"welcome.html", "1 < 2", "there is a < that begins no tag"},
		{"welcome.html", "<p style='color: {username}'>", "{username} must not stand here"},
		{"welcome.html", "<p onclick='{username}'>", "{username} must not stand here"},
		{"welcome.html", "<meta http-equiv=\"refresh\" content=\"{username}\">", "{username} must not stand here"},
		{"welcome.html", "<a href='{username}'>", "{username} must come after the host"},
		{"welcome.html", "<a href='https://{username}'>", "{username} must come after the host"},
		{"welcome.html", "<a href='javascript:{username}'>", "{username} must come after the host"},
		{"welcome.html", "<a href='mailto:{username}'>", "{username} must come after the host"},
		{"welcome.html", "<a href='/{username}'>", "{username} must come after the host"},
		{"welcome.html", "<a href='x", "has no end"},
		{"welcome.html", "<a", "the tag has no end"},
		{"welcome.html", "<!-- a", "a comment has no end"},
		{"welcome.html", "<!doctype", "a declaration has no end"},
		{"welcome.html", "<style>a", "<style> has no end"},
		{"welcome.html", "\n{ username }", "line 2: { username } is not a placeholder"},
		{"welcome.html", "a } b", "there is a } without a {"},
	} {
		_, err := NewRenderer(RenderOptions{Templates: files(c.name, c.text)})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %q: %v, not %s", c.name, c.text, err, c.want)
		}
	}
}

func TestPublicURLWithoutPathIsNotContinuedByValues(t *testing.T) {
	for _, text := range []string{"{public_url}{username}", "{public_url}.{username}"} {
		_, err := NewRenderer(RenderOptions{PublicURL: "https://example.com", Templates: files("welcome.txt", text)})
		if err == nil || !strings.Contains(err.Error(), "must come after the host") {
			t.Errorf("%s: %v", text, err)
		}
		_, err = NewRenderer(RenderOptions{PublicURL: "https://example.com", Templates: files("welcome.html", `<a href="`+text+`">`)})
		if err == nil || !strings.Contains(err.Error(), "must come after the host") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestAllBrokenTemplatesAreReportedAtOnce(t *testing.T) {
	_, err := NewRenderer(RenderOptions{
		Language: "xx", PublicURL: "x", ConfirmTemplate: "ours.txt", Templates: files("welcome.txt", "{", "rejected.txt", "}", "de/welcome.txt", "{a}"),
	})
	for _, want := range []string{"language", "public URL", `signup.email_confirm_template is "ours.txt"`, "\nwelcome.txt", "\nrejected.txt", "\nde/welcome.txt"} {
		if err == nil || !strings.Contains("\n"+err.Error(), want) {
			t.Errorf("%v lacks %s", err, want)
		}
	}
	_, err = NewRenderer(RenderOptions{ConfirmTemplate: "a.txt", WelcomeTemplate: "a.txt", Templates: files("a.txt", "{username}")})
	if err == nil || !strings.Contains(err.Error(), "must not be the same file") {
		t.Error(err)
	}
}

func TestStylesAndCommentsKeepTheirBraces(t *testing.T) {
	const html = "<!DOCTYPE html><!-- {x} --><style>a{color:red}</STYLE ><P class='a' hidden/>{username}</P><title>{username}</title>"
	r := renderer(t, RenderOptions{Templates: files("welcome.html", html)})
	if m := render(t, r, body(host.MessageWelcome)); m.HTML != strings.ReplaceAll(html, "{username}", "Ada.Lovelace") {
		t.Errorf("the HTML is %s", m.HTML)
	}
}

// Kubernetes mounts files as symbolic links to a folder whose name begins with
// two dots.
func TestTemplatesMayBeSymbolicLinks(t *testing.T) {
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "..data"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "..data", "welcome.txt"), []byte("Linked"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("..data/welcome.txt", filepath.Join(folder, "welcome.txt")); err != nil {
		t.Fatal(err)
	}
	r := renderer(t, RenderOptions{Templates: os.DirFS(folder)})
	if m := render(t, r, body(host.MessageWelcome)); m.Text != "Linked\n" {
		t.Errorf("the text is %q", m.Text)
	}
	missing := filepath.Join(folder, "missing")
	if _, err := NewRenderer(RenderOptions{Templates: os.DirFS(missing)}); err == nil || err.Error() != missing+": the folder of templates cannot be read: no such file or directory" {
		t.Error(err)
	}
}

func TestTemplatesOfOneLanguage(t *testing.T) {
	r := renderer(t, RenderOptions{ConfirmTemplate: "ours.txt", Templates: files("de/ours.txt", "Hallo {token}", "de/welcome.html", "<b>Hallo</b>", "welcome.txt", "Hello")})
	ours := func(m *message) { m.Template = "ours.txt" }
	if m := render(t, r, body(host.MessageConfirm, ours, locale("de"))); m.Text != "Hallo "+testToken+"\n" {
		t.Errorf("the German text is %q", m.Text)
	}
	if _, err := r.Render(body(host.MessageConfirm, ours)); err == nil || !strings.Contains(err.Error(), "email_confirm_template") {
		t.Errorf("there is no English template: %v", err)
	}
	if m := render(t, r, body(host.MessageWelcome, locale("de"))); m.Text != "Hello\n" || m.HTML != "<b>Hallo</b>" {
		t.Errorf("the mail is %q, %q", m.Text, m.HTML)
	}
}

func TestTemplatesAreBoundedInNumber(t *testing.T) {
	all := files()
	for i := range 505 {
		all[fmt.Sprintf("x%03d.txt", i)] = &fstest.MapFile{Mode: 0o644}
	}
	_, err := NewRenderer(RenderOptions{Templates: all})
	if err == nil || strings.Count(err.Error(), "\n") != 500 || !strings.Contains(err.Error(), "there are more than 500 templates") {
		t.Errorf("the error has %d lines", strings.Count(err.Error(), "\n"))
	}
}
