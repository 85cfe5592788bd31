package page_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"

	"github.com/enrol-sso/enrol/host/internal/website/websitetest"
	"github.com/enrol-sso/enrol/host/page"
	"github.com/enrol-sso/enrol/wasm"
)

func TestAssetsAreImmutableAndCompressed(t *testing.T) {
	w := newWorld(t, page.Options{})
	body := w.get("/signup").Body.String()
	found := regexp.MustCompile(`"(assets/[^"]+)"`).FindAllStringSubmatch(body, -1)
	if len(found) < 3 {
		t.Fatalf("the page names %d assets", len(found))
	}
	for _, match := range found {
		path := "/" + match[1]
		if !regexp.MustCompile(`^/assets/[a-z-]+\.[0-9a-f]{16}\.[a-z]+$`).MatchString(path) {
			t.Errorf("%s is not named by its hash", path)
		}
		plain := w.get(path)
		if plain.Code != http.StatusOK || plain.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" || plain.Header().Get("Content-Encoding") != "" {
			t.Errorf("%s: %d %v", path, plain.Code, plain.Header())
		}
		r := httptest.NewRequest(http.MethodGet, path, nil)
		tags := map[string]bool{plain.Header().Get("ETag"): true}
		for accepted, encoding := range map[string]string{"deflate, gzip;q=0.5": "gzip", "gzip, deflate, br, zstd": "br", "br;q=0, gzip": "gzip"} {
			r.Header.Set("Accept-Encoding", accepted)
			r.Header.Del("If-None-Match")
			packed := w.do(r)
			if packed.Header().Get("Content-Encoding") != encoding || packed.Header().Get("Vary") != "Accept-Encoding" {
				t.Fatalf("%s: %v", path, packed.Header())
			}
			if unpacked, err := unpack(encoding, packed.Body); err != nil || unpacked != plain.Body.String() {
				t.Errorf("%s: unpacked, it is another file: %v", path, err)
			}
			tag := packed.Header().Get("ETag")
			tags[tag] = true
			r.Header.Set("If-None-Match", `"other", W/`+tag)
			if again := w.do(r); again.Code != http.StatusNotModified || again.Body.Len() > 0 || again.Header().Get("ETag") != tag {
				t.Errorf("%s: with its ETag, it is sent again: %d", path, again.Code)
			}
		}
		if r.Header.Del("If-None-Match"); len(tags) != 3 || tags[""] {
			t.Errorf("%s: the encodings have the tags %v", path, tags)
		}
		r.Header.Set("Accept-Encoding", "gzip;q=0, identity")
		if got := w.do(r).Header().Get("Content-Encoding"); got != "" {
			t.Errorf("%s: refused and sent as %s", path, got)
		}
	}
	websitetest.Expect(t, w.get("/assets/page.css"), http.StatusNotFound)
	websitetest.Expect(t, w.get("/assets/"), http.StatusNotFound)
	websitetest.Expect(t, w.get("/assets/../page.go"), http.StatusNotFound)
}

func unpack(encoding string, packed io.Reader) (string, error) {
	if encoding == "br" {
		text, err := io.ReadAll(brotli.NewReader(packed))
		return string(text), err
	}
	reader, err := gzip.NewReader(packed)
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(reader)
	return string(text), err
}

// A logo can have scripts, and so can what somebody opens in its place.
func TestAssetsRunNoScripts(t *testing.T) {
	w := newWorld(t, page.Options{Brands: map[string]page.Brand{"": {Logo: &page.File{Name: "logo.svg", Data: []byte("<svg/>")}}}},
		"[enrol]", "[enrol]\npublic_url=https://join.example.com")
	names := regexp.MustCompile(`"(assets/[^"]+)"`).FindAllStringSubmatch(w.get("/signup").Body.String(), -1)
	if len(names) < 4 {
		t.Fatalf("the page names %d assets", len(names))
	}
	for _, match := range names {
		header := w.get("/" + match[1]).Header()
		policy := header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'") || !strings.HasSuffix(policy, "; sandbox") || strings.Contains(policy, "script-src") {
			t.Errorf("%s has Content-Security-Policy: %s", match[1], policy)
		}
		if header.Get("Strict-Transport-Security") == "" {
			t.Errorf("%s lacks Strict-Transport-Security", match[1])
		}
	}
}

func TestModuleIsServed(t *testing.T) {
	w := newWorld(t, page.Options{})
	path := regexp.MustCompile(`data-module="([^"]+)"`).FindStringSubmatch(w.get("/signup").Body.String())
	if path == nil {
		t.Fatal("the page does not name the module")
	}
	answer := w.get("/" + path[1])
	if answer.Header().Get("Content-Type") != "application/wasm" || answer.Body.String() != string(wasm.Module()) {
		t.Error("the module is another one")
	}
}

// The page and what it loads before the module fit into 40 KB, compressed.
func TestSignUpPageIsSmall(t *testing.T) {
	w := newWorld(t, page.Options{})
	body := w.get("/signup").Body.String()
	total := packedSize(t, body)
	for _, match := range regexp.MustCompile(`(?:href|src)="(assets/[^"]+)"`).FindAllStringSubmatch(body, -1) {
		r := httptest.NewRequest(http.MethodGet, "/"+match[1], nil)
		r.Header.Set("Accept-Encoding", "gzip")
		total += w.do(r).Body.Len()
	}
	if t.Logf("the sign-up page takes %d bytes, compressed", total); total > 40_000 {
		t.Errorf("the sign-up page takes %d bytes, more than 40,000", total)
	}
}

func packedSize(t *testing.T, text string) int {
	t.Helper()
	var out strings.Builder
	w := gzip.NewWriter(&out)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Len()
}
