package mail

import (
	"strings"
	"testing"
)

// alike is testdata/alike.json: inputs that hosts in other languages read as this
// package does.
type alike struct {
	Addresses  []alikeCase `json:"addresses"`   // "name" <address>, or an address
	PublicURLs []alikeCase `json:"public_urls"` // the URL, a space and its host
	Languages  []alikeCase `json:"languages"`
}

type alikeCase struct {
	Input  string  `json:"input"`
	Output *string `json:"output"` // null: refused
}

var alikeInputs = struct{ addresses, urls, tags []string }{
	addresses: []string{
		"ada@example.com", "ADA@Example.COM", " ada@example.com\t", "\u0085ada@example.com\u00a0", "\ufeffada@example.com", "", "@", "ada", "ada@", "@example.com",
		"a@b@example.com", "ada@example.com.", "ada@.example.com", "ada@example..com", "ada@localhost", "ada@192.0.2.1", "ada@0x7f.1", "ada@1", "ada@[192.0.2.1]",
		"ada@-example.com", "ada@example-.com", "ada@ex_ample.com", "ada@exa mple.com", "ada@example.com/x", "ada@example.com:25", "ada@exa%41mple.com", "ada@ex\tample.com",
		".ada@example.com", "ada.@example.com", "a..b@example.com", "a.b+c@example.com", "!#$%&'*+-/=?^_`{|}~@example.com", "\"ada\"@example.com", "a(b)@example.com",
		"a,b@example.com", "a;b@example.com", "a b@example.com", "a\r\nBcc: eve@example.com", "ünal@bücher.example", "Ünal@BÜCHER.example", "ada@straße.example", "ada@STRAẞE.example",
		"ada@bücher。example", "ada@１２７.１", "ada@ｅｘａｍｐｌｅ.com", "ada@ex\u00adample.com", "ada@ex\u200dample.com", "ada@xn--bcher-kva.example", "ada@xn--a.example", "ada@xn--.example",
		"ada@XN--BCHER-KVA.example", "ada@xn--abc.example", "ada@ex＠ample.com", "ada@ex／ample.com", "ada@ex％41.com", "ada@א.example", "ada@אa.example", "ada@אb1.example", "ada@☃.example", "ada@ex☃.example", "ada@日本語.jp", "ada@ex\u0301.example", "ada@\u0301ex.example",
		"sec\u200bret@example.com", "a\u0301@example.com", "a\u00a0b@example.com", "a\ufffdb@example.com", "日本@example.com", "☃@example.com", "\u202eada@example.com",
		strings.Repeat("a", 64) + "@example.com", strings.Repeat("a", 65) + "@example.com", strings.Repeat("ü", 32) + "@example.com", strings.Repeat("ü", 33) + "@example.com",
		"ada@" + strings.Repeat("a", 63) + ".com", "ada@" + strings.Repeat("a", 64) + ".com", "ada@" + strings.Repeat("a.", 124) + "a", "ada@" + strings.Repeat("a.", 125) + "a", "ada@" + strings.Repeat("a.", 126) + "a",
		"Ada <ada@example.com>", "\"Ada\" <ada@example.com>", "\"\" <ada@example.com>", "\" <ada@example.com>", "<ada@example.com>", "Ada<ada@example.com>", "Ada < ada@example.com>", "Ada <ada@example.com> ",
		"a <b> <ada@example.com>", "a \"b\" <ada@example.com>", "a\\b <ada@example.com>", "a\nb <ada@example.com>", "a\u2028b <ada@example.com>", "a\u202eb <ada@example.com>", "a, b <ada@example.com>", "=?utf-8?q?a?= <ada@example.com>",
		"Ada ada@example.com>", "Ada <ada@example.com", "Büro <ada@example.com>", strings.Repeat("ü", 128) + " <ada@example.com>", strings.Repeat("ü", 129) + " <ada@example.com>", "\u00a0Ada\u3000<ada@example.com>",
	},
	urls: []string{
		"", "https://example.com", "https://example.com/", "https://example.com/join//", "https://Example.com:444/a/b%20c", "https://example.com/%zz", "https://example.com/%", "HTTPS://example.com", "example.com", "//example.com", "https:example.com", "https:/example.com", "https://", "https:///a",
		"https://:443", "https://example.com:", "https://example.com:x", "http://example.com", "http://localhost", "http://localhost:8080/a", "http://LOCALHOST", "http://127.0.0.1:1/a", "http://127.1", "http://127.0.0.256", "http://0x7f.0.0.1", "http://[::1]", "http://[::1]:8080/", "http://[::2]", "https://[::1]/", "http://127.0.0.1.example.com", "javascript://example.com/",
		"https://ada@example.com", "https://@example.com", "https://example.com/@a", "https://example.com/?a=b", "https://example.com/?", "https://example.com/#a", "https://example.com/#", "https://example.com#", "https://bücher.example", "https://example.com/\"x", "https://example.com/{token}", "https://example.com/a b", " https://example.com", "https://example.com\n", "https://example.com/a\\b", "https://exa mple.com", "https://exa<mple.com", "ftp://example.com",
	},
	tags: []string{"", "en", "EN", "de-AT", "de_CH.UTF-8", "pt", "pt_PT", "PT-br", "pt-BR-x", " fr ", "xx", "../de", "ja_JP.UTF-8", "e", "english", "de ", "-de", "de-"},
}

const alikeFile = "testdata/alike.json"

// Set ENROL_RECORD to write the file again, and read its diff.
func TestInputsAreReadAsRecorded(t *testing.T) {
	var all alike
	for _, text := range alikeInputs.addresses {
		c := alikeCase{Input: text}
		if a, err := ParseAddress(text); err == nil {
			written := a.Address
			if a.Name != "" {
				written = `"` + a.Name + `" <` + a.Address + ">"
			}
			c.Output = &written
		}
		all.Addresses = append(all.Addresses, c)
	}
	for _, text := range alikeInputs.urls {
		c := alikeCase{Input: text}
		if url, host, err := checkPublicURL(text); err == nil {
			url += " " + host
			c.Output = &url
		}
		all.PublicURLs = append(all.PublicURLs, c)
	}
	for _, tag := range alikeInputs.tags {
		c := alikeCase{Input: tag}
		if language := matchLanguage(tag); language != "" {
			c.Output = &language
		}
		all.Languages = append(all.Languages, c)
	}
	expectRecorded(t, alikeFile, all)
}
