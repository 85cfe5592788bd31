package mail

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/signup"
)

// mailbox returns a mailbox in a new folder and its service.
func mailbox(t *testing.T) (*Mailbox, host.Service) {
	t.Helper()
	box, err := OpenMailbox(filepath.Join(t.TempDir(), "data.mail"))
	if err != nil {
		t.Fatal(err)
	}
	service, err := box.Service(RenderOptions{PublicURL: "http://127.0.0.1:8081"})
	if err != nil {
		t.Fatal(err)
	}
	return box, service
}

// deliver hands a call to a service.
func deliver(t *testing.T, service host.Service, call signup.ServiceCall) {
	t.Helper()
	if _, err := service(context.Background(), call); err != nil {
		t.Fatal(err)
	}
}

// open opens a page of a mailbox as a browser on this machine does, with the key.
func open(t *testing.T, server *httptest.Server, path string, headers ...string) (*http.Response, string) {
	t.Helper()
	if !strings.Contains(path, "?") {
		path += "?key=" + mailboxKey()
	}
	request, err := http.NewRequest(http.MethodGet, server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			request.Host = headers[i+1]
		}
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(text)
}

func TestMailboxKeepsMailsPrivately(t *testing.T) {
	box, service := mailbox(t)
	deliver(t, service, body(host.MessageConfirm))
	deliver(t, service, body(host.MessageConfirm)) // again: the same file
	info, err := os.Stat(box.folder)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder: %v, %v", info.Mode(), err)
	}
	files, err := os.ReadDir(box.folder)
	if err != nil || len(files) != 1 || files[0].Name() != "20260301T235958Z-"+testID+".eml" {
		t.Fatalf("the folder has %v, %v", files, err)
	}
	if info, err := files[0].Info(); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info.Mode(), err)
	}
	m := render(t, renderer(t, RenderOptions{PublicURL: "http://127.0.0.1:8081"}), body(host.MessageConfirm))
	want, err := m.Message(nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(box.folder, files[0].Name())); err != nil || string(got) != string(want) {
		t.Errorf("the file holds\n%s\n%v", got, err)
	}
}

func TestMailboxRefusesAFolderThatIsNone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{path, filepath.Join(path, "below")} {
		if box, err := OpenMailbox(folder); box != nil || err == nil || !strings.Contains(err.Error(), "the folder of mails") {
			t.Errorf("%s: %v", folder, err)
		}
	}
}

// While the folder cannot be written, mails wait.
func TestMailboxThatCannotBeWrittenIsDown(t *testing.T) {
	box, service := mailbox(t)
	if err := os.Remove(box.folder); err != nil {
		t.Fatal(err)
	}
	_, err := service(context.Background(), body(host.MessageConfirm))
	failure, ok := err.(*signup.CallError)
	if !ok || failure.Kind != signup.CallDown || strings.Contains(err.Error(), box.folder) || strings.Contains(err.Error(), testToken) {
		t.Errorf("got %v", err)
	}
}

func TestMailboxKeepsTheNewestMails(t *testing.T) {
	box, service := mailbox(t)
	other := filepath.Join(box.folder, "notes.txt")
	if err := os.WriteFile(other, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for n := range maxKept + 3 {
		call := body(host.MessageWelcome)
		call.Headers.ID = "event-" + strings.Repeat("a", n/20) + string(rune('a'+n%20))
		deliver(t, service, call)
	}
	names, err := box.names()
	if err != nil || len(names) != maxKept || strings.Contains(strings.Join(names, " "), "-event-a.eml") {
		t.Errorf("%d mails are left, %v", len(names), err)
	}
	if _, err := os.Stat(other); err != nil {
		t.Errorf("a file of somebody else: %v", err)
	}
}

func TestMailboxShowsMails(t *testing.T) {
	box, service := mailbox(t)
	server := httptest.NewServer(box)
	defer server.Close()
	if _, page := open(t, server, MailboxPath); !strings.Contains(page, "There is no mail yet") {
		t.Errorf("the empty list is\n%s", page)
	}
	deliver(t, service, body(host.MessageConfirm, locale("de"), func(m *message) { m.Username, m.SiteName = "<script>", "<img src=x>" }))
	response, list := open(t, server, MailboxPath)
	link := regexp.MustCompile(`href="(/mailbox/2026[^"]+)"`).FindStringSubmatch(list)
	if link == nil || !strings.Contains(list, "ada@example.org") || strings.Contains(list, "<img") {
		t.Fatalf("the list is\n%s", list)
	}
	for name, want := range map[string]string{
		"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": pagePolicy, "Content-Type": "text/html; charset=utf-8",
	} {
		if got := response.Header.Get(name); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
	_, page := open(t, server, link[1])
	for _, want := range []string{
		`sandbox="allow-popups allow-popups-to-escape-sandbox"`, `src="` + strings.Replace(link[1], "?", ".html?", 1) + `"`, `<pre lang="de">`, "&lt;script&gt;",
		`href="http://127.0.0.1:8081/confirm?lang=de#` + testToken + `"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s:\n%s", want, page)
		}
	}
	if strings.Contains(page, "<script>") {
		t.Errorf("the page is\n%s", page)
	}
	response, html := open(t, server, strings.Replace(link[1], "?", ".html?", 1))
	if policy := response.Header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'") || strings.Contains(policy, "script") {
		t.Errorf("the policy of a mail is %s", policy)
	}
	want := render(t, renderer(t, RenderOptions{PublicURL: "http://127.0.0.1:8081"}), body(host.MessageConfirm, locale("de"), func(m *message) { m.Username, m.SiteName = "<script>", "<img src=x>" }))
	if strings.Replace(html, `<base target="_blank">`, "", 1) != want.HTML || html == want.HTML {
		t.Errorf("the HTML of a mail is\n%s\nwant\n%s", html, want.HTML)
	}
	if response, _ := open(t, server, MailboxPath+"/style.css"); response.Header.Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("the style is %v", response.Header)
	}
}

func TestMailboxReadsItsMailsOnly(t *testing.T) {
	box, _ := mailbox(t)
	server := httptest.NewServer(box)
	defer server.Close()
	secret := "Subject: s3cret\r\nDate: Sun, 01 Mar 2026 23:59:58 +0000\r\nContent-Type: multipart/alternative; boundary=x\r\n\r\n--x--\r\n"
	for _, path := range []string{filepath.Join(box.folder, "other.eml"), filepath.Join(box.folder, "..", "20260301T235958Z-a.eml")} {
		if err := os.WriteFile(path, []byte(secret), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{
		"/other", "/..%2F20260301T235958Z-a", "/%2e%2e/20260301T235958Z-a", "/20260301T235958Z-none", "/20260301T235958Z-none.html", "/", "/a/b", "/.",
	} {
		response, page := open(t, server, MailboxPath+path)
		if response.StatusCode != http.StatusNotFound || strings.Contains(page, "s3cret") {
			t.Errorf("%s: %d %s", path, response.StatusCode, page)
		}
	}
	if err := os.WriteFile(filepath.Join(box.folder, "20260301T235958Z-broken.eml"), []byte("no mail"), 0o600); err != nil {
		t.Fatal(err)
	}
	if response, _ := open(t, server, MailboxPath+"/20260301T235958Z-broken"); response.StatusCode != http.StatusInternalServerError {
		t.Errorf("a broken file: %d", response.StatusCode)
	}
	if response, page := open(t, server, MailboxPath); response.StatusCode != http.StatusOK || strings.Contains(page, "s3cret") {
		t.Errorf("the list: %d %s", response.StatusCode, page)
	}
}

func TestMailboxIsForThisMachineOnly(t *testing.T) {
	box, service := mailbox(t)
	deliver(t, service, body(host.MessageConfirm))
	server := httptest.NewServer(box)
	defer server.Close()
	for _, headers := range [][]string{
		{"Host", "evil.example.com"}, {"Host", "evil.example.com:80"}, {"X-Forwarded-For", "192.0.2.1"}, {"Via", "1.1 proxy"},
		{"Origin", "https://evil.example.com"}, {"Sec-Fetch-Site", "cross-site"},
	} {
		if response, page := open(t, server, MailboxPath, headers...); response.StatusCode != http.StatusForbidden || strings.Contains(page, "ada@") {
			t.Errorf("%v: %d %s", headers, response.StatusCode, page)
		}
	}
	remote := httptest.NewRecorder() // it arrived at no loopback address
	box.ServeHTTP(remote, httptest.NewRequest(http.MethodGet, "http://127.0.0.1"+box.Path(), nil))
	if remote.Code != http.StatusForbidden {
		t.Errorf("from elsewhere: %d", remote.Code)
	}
	response, err := http.Post(server.URL+box.Path(), "text/plain", nil)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", response.StatusCode)
	}
}

// A proxy on this machine that adds no header, as nginx since 1.29.7 does with a bare
// proxy_pass, looks like a browser on this machine. Its clients do not know the key.
func TestMailboxNeedsItsKey(t *testing.T) {
	box, service := mailbox(t)
	deliver(t, service, body(host.MessageConfirm))
	server := httptest.NewServer(box)
	defer server.Close()
	names, err := box.names()
	if err != nil {
		t.Fatal(err)
	}
	mail := MailboxPath + "/" + strings.TrimSuffix(names[0], ".eml")
	for _, path := range []string{MailboxPath, mail, mail + ".html"} {
		for _, query := range []string{"?", "?key=", "?key=x", "?key=" + mailboxKey() + "x", "?key=" + mailboxKey()[:25], "?Key=" + mailboxKey()} {
			response, page := open(t, server, path+query)
			if response.StatusCode != http.StatusForbidden || strings.Contains(page, "ada@") || strings.Contains(page, mailboxKey()) {
				t.Errorf("%s%s: %d %s", path, query, response.StatusCode, page)
			}
		}
		if response, _ := open(t, server, path+"?key="+mailboxKey()); response.StatusCode != http.StatusOK || response.Header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s with the key: %d %v", path, response.StatusCode, response.Header)
		}
	}
	if response, page := open(t, server, box.Path()); response.StatusCode != http.StatusOK || !strings.Contains(page, "ada@") {
		t.Errorf("%s: %d %s", box.Path(), response.StatusCode, page)
	}
}

// Every mail that is recorded is shown as it is.
func TestMailboxReadsEveryMail(t *testing.T) {
	text, err := os.ReadFile(recordedFile)
	if err != nil {
		t.Fatal(err)
	}
	var all []recorded
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		message, err := c.Mail.Message(nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := parseMail("name", strings.NewReader(string(message)))
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		if got.Subject != c.Mail.Subject || got.Text != c.Mail.Text || got.HTML != c.Mail.HTML || !strings.Contains(got.To, c.Mail.To) || got.Language != c.Mail.Language {
			t.Errorf("%s: got %+v", c.Name, got)
		}
	}
}

func TestLinksOfPlainTextAreFound(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"no link", "no link"},
		{"https://a.example/b#c", "[https://a.example/b#c]"},
		{"see https://a.example/b. And http://c.example, too", "see [https://a.example/b]. And [http://c.example], too"},
		{"https://", "[https://]"},
		{"a\n\nhttps://a.example/\n\nb", "a\n\n[https://a.example/]\n\nb"},
	} {
		var got strings.Builder
		for _, part := range links(c.text) {
			if part.Link {
				part.Text = "[" + part.Text + "]"
			}
			got.WriteString(part.Text)
		}
		if got.String() != c.want {
			t.Errorf("%q: %q", c.text, got.String())
		}
	}
}
