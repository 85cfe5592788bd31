package mail

import (
	"mime/quotedprintable"
	"strings"
	"unicode/utf8"
)

// headerLine is a header as it is sent: its value may be folded.
type headerLine struct{ name, value string }

// Message returns the mail as it is sent (RFC 5322), signed if there is a DKIM.
// Blind copies are not in it. Without DKIM, the same mail gives the same bytes.
func (m *Mail) Message(dkim *DKIM) ([]byte, error) {
	// Nobody knows the id of an event before its mail is sent, so no text can contain
	// the boundary.
	id, _, _ := strings.Cut(strings.Trim(m.Headers["Message-ID"], "<>"), "@")
	boundary := "enrol-" + id[:min(len(id), 60)]
	headers := []headerLine{
		{"Date", m.Headers["Date"]},
		{"From", addressList(m.From)},
		{"To", addressList(Address{Address: m.To})},
	}
	if len(m.CC) > 0 {
		headers = append(headers, headerLine{"Cc", addressList(m.CC...)})
	}
	headers = append(headers,
		headerLine{"Subject", headerText(m.Subject)},
		headerLine{"Message-ID", m.Headers["Message-ID"]},
		headerLine{"Auto-Submitted", m.Headers["Auto-Submitted"]},
		headerLine{"Content-Language", m.Headers["Content-Language"]},
		headerLine{"MIME-Version", "1.0"},
		headerLine{"Content-Type", "multipart/alternative;\r\n boundary=" + boundary},
	)
	content := mimePart("text/plain", m.Text, boundary) + mimePart("text/html", m.HTML, boundary) + "--" + boundary + "--\r\n"
	var out strings.Builder
	if dkim != nil {
		signature, err := dkim.sign(headers, content)
		if err != nil {
			return nil, err
		}
		headers = append([]headerLine{signature}, headers...)
	}
	for _, h := range headers {
		out.WriteString(h.name + ": " + h.value + "\r\n")
	}
	out.WriteString("\r\n" + content)
	return []byte(out.String()), nil
}

// mimePart returns a part of a mail with its boundary. Quoted-printable keeps lines
// short, and shows when a text is read without a mail program.
func mimePart(kind, text, boundary string) string {
	var out strings.Builder
	out.WriteString("--" + boundary + "\r\nContent-Type: " + kind + "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n")
	w := quotedprintable.NewWriter(&out) // its line breaks are CRLF
	w.Write([]byte(text))
	w.Close()
	out.WriteString("\r\n")
	return out.String()
}

// addressList returns the value of a header that holds addresses, one per line.
func addressList(addresses ...Address) string {
	list := make([]string, len(addresses))
	for i, a := range addresses {
		switch {
		case a.Name == "":
		case isPlainHeader(a.Name):
			list[i] = `"` + a.Name + "\" "
			if len(list[i])+len(a.Address) > 60 {
				list[i] = `"` + a.Name + "\"\r\n "
			}
		default:
			list[i] = encodedWords(a.Name) + "\r\n "
		}
		list[i] += "<" + a.Address + ">"
	}
	return strings.Join(list, ",\r\n ")
}

// headerText returns the value of a header that holds text.
func headerText(text string) string {
	if isPlainHeader(text) {
		return text
	}
	return encodedWords(text)
}

// maxPlainHeader is how long text in a header may be without being folded.
const maxPlainHeader = 60

// isPlainHeader reports whether text can stand in a header as it is. Text that
// looks like an encoded word cannot: it would be decoded.
func isPlainHeader(text string) bool {
	return len(text) <= maxPlainHeader && !strings.Contains(text, "=?") &&
		!strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' })
}

// wordBytes are as many as an encoded word of 75 characters can have next to the
// name of a header, after base64.
const wordBytes = 36

// encodedWords writes text as encoded words (RFC 2047), one per line. None ends
// within a character.
func encodedWords(text string) string {
	var words []string
	for text != "" {
		n := 0
		for n < len(text) {
			_, size := utf8.DecodeRuneInString(text[n:])
			if n+size > wordBytes {
				break
			}
			n += size
		}
		words = append(words, "=?utf-8?B?"+base64Text([]byte(text[:n]))+"?=")
		text = text[n:]
	}
	return strings.Join(words, "\r\n ")
}

// needsUTF8 reports whether an address has letters beyond ASCII, which only servers
// with SMTPUTF8 accept (RFC 6531).
func (m *Mail) needsUTF8() bool {
	for _, a := range append(append([]Address{m.From, {Address: m.To}}, m.CC...), m.BCC...) {
		if strings.ContainsFunc(a.Address, func(r rune) bool { return r >= utf8.RuneSelf }) {
			return true
		}
	}
	return false
}
