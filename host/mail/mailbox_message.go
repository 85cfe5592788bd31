package mail

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// maxShown bounds a mail that the mailbox shows, in bytes.
const maxShown = 1 << 20

// keptMail is a mail as the mailbox shows it.
type keptMail struct {
	Name              string // of its file, without .eml
	From, To, Subject string
	Date              time.Time
	Language          string
	Text, HTML        string
}

// errNotOurs is about a file that a Mailbox did not write.
var errNotOurs = errors.New("is not a mail of this mailbox")

// read reads a mail.
func (b *Mailbox) read(name string) (*keptMail, error) {
	if !isMailName(name) {
		return nil, errNotOurs
	}
	file, err := os.Open(filepath.Join(b.folder, name))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return parseMail(strings.TrimSuffix(name, ".eml"), io.LimitReader(file, maxShown))
}

// parseMail parses a mail as Mail.Message writes it.
func parseMail(name string, source io.Reader) (*keptMail, error) {
	message, err := netmail.ReadMessage(source)
	if err != nil {
		return nil, err
	}
	m := &keptMail{Name: name, Language: message.Header.Get("Content-Language")}
	words := new(mime.WordDecoder)
	for to, header := range map[*string]string{&m.From: "From", &m.To: "To", &m.Subject: "Subject"} {
		if *to, err = words.DecodeHeader(message.Header.Get(header)); err != nil {
			return nil, err
		}
	}
	if m.Date, err = message.Header.Date(); err != nil {
		return nil, err
	}
	kind, parameters, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		return nil, errors.Join(errNotOurs, err)
	}
	for parts := multipart.NewReader(message.Body, parameters["boundary"]); ; {
		part, err := parts.NextRawPart()
		if err == io.EOF {
			return m, nil
		}
		if err != nil {
			return nil, err
		}
		decoded, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			return nil, err
		}
		text := strings.ReplaceAll(string(decoded), "\r\n", "\n")
		switch kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type")); kind {
		case "text/plain":
			m.Text = text
		case "text/html":
			m.HTML = text
		}
	}
}
