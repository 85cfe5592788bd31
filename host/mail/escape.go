package mail

import "strings"

// escapeHTML escapes a value for text in HTML and for quoted attributes.
func escapeHTML(value string) string { return htmlEscapes.Replace(value) }

var htmlEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")

// escapeURL escapes a value for a part of a URL: all but the unreserved characters
// of RFC 3986, byte by byte.
func escapeURL(value string) string {
	const digits = "0123456789ABCDEF"
	var out strings.Builder
	for i := range len(value) {
		if b := value[i]; isAlphanumeric(rune(b)) || strings.IndexByte("-._~", b) >= 0 {
			out.WriteByte(b)
		} else {
			out.Write([]byte{'%', digits[b>>4], digits[b&15]})
		}
	}
	return out.String()
}

// hasHost reports whether the beginning of a URL is complete up to its path, so that
// what follows cannot change where the URL leads.
func hasHost(beginning []part) bool {
	var url strings.Builder
	for _, p := range beginning {
		url.WriteString(p.literal)
		switch {
		case p.name == "public_url":
			url.WriteString("https://host")
		case p.name != "":
			url.WriteString("https://host/")
		}
	}
	lower := strings.ToLower(url.String())
	if query, ok := strings.CutPrefix(lower, "mailto:"); ok {
		return strings.Contains(query, "?")
	}
	for _, scheme := range []string{"https://", "http://"} {
		if rest, ok := strings.CutPrefix(lower, scheme); ok {
			return strings.IndexAny(rest, "/?#") > 0
		}
	}
	return false
}

func notInHost(name string) string {
	return "{" + name + "} must come after the host of a URL such as https://example.com/"
}
