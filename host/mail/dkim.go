package mail

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// DKIM signs mails (RFC 6376), so that their receivers can see that they come from
// the domain.
type DKIM struct {
	Domain   string        // such as "example.com": the domain of the senders, or its parent
	Selector string        // the public key is in the DNS at Selector._domainkey.Domain
	Key      crypto.Signer // RSA of at least 2,048 bits, or Ed25519
}

// minRSA is how many bits an RSA key must have. RFC 8301 advises 2,048.
const minRSA = 2048

// ParseDKIMKey reads a private key in PEM: PKCS #8, or PKCS #1. The error does not
// quote it.
func ParseDKIMKey(pem []byte) (crypto.Signer, error) {
	key, err := gomail.PrivKeyFromPEM(pem)
	if err != nil {
		return nil, errors.New("DKIM: the key is not an RSA or Ed25519 private key in PEM")
	}
	if err := checkDKIMKey(key); err != nil {
		return nil, err
	}
	return key, nil
}

// checkDKIMKey checks the kind and the size of a key.
func checkDKIMKey(key crypto.Signer) error {
	switch key := key.(type) {
	case *rsa.PrivateKey:
		if key.N.BitLen() < minRSA {
			return errors.New("DKIM: an RSA key must have at least 2,048 bits")
		}
	case ed25519.PrivateKey:
		if len(key) != ed25519.PrivateKeySize {
			return errors.New("DKIM: the Ed25519 key has the wrong length")
		}
	default:
		return errors.New("DKIM: the key must be RSA or Ed25519")
	}
	return nil
}

// check checks the configuration.
func (d *DKIM) check() error {
	if err := checkDKIMKey(d.Key); err != nil {
		return err
	}
	if !isDomain(d.Domain) || !strings.Contains(d.Domain, ".") {
		return errors.New("DKIM: the domain must be a name such as example.com, in punycode if it is international")
	}
	if !isDomain(d.Selector) {
		return errors.New("DKIM: the selector must be a name such as mail2026")
	}
	return nil
}

// isDomain reports whether text is labels of ASCII letters, digits and hyphens.
func isDomain(text string) bool {
	ascii, err := domainToASCII(text)
	return err == nil && ascii == strings.ToLower(text) && text != "" && !strings.HasSuffix(text, ".")
}

// signed are the headers that a signature covers. Those that are there twice cannot
// be added: a receiver might show the other one.
var signed = []string{
	"From", "From", "To", "To", "Cc", "Cc", "Subject", "Subject", "Date", "Date", "Message-ID", "Message-ID",
	"MIME-Version", "Content-Type", "Content-Type", "Content-Language", "Auto-Submitted",
}

// sign returns the signature of a mail, relaxed/relaxed. See RATIONALE.md for why it
// is not go-mail's.
func (d *DKIM) sign(headers []headerLine, content string) (headerLine, error) {
	algorithm, hash := "rsa-sha256", crypto.SHA256
	if _, ok := d.Key.(ed25519.PrivateKey); ok {
		algorithm, hash = "ed25519-sha256", crypto.Hash(0)
	}
	of := sha256.Sum256([]byte(relaxedBody(content)))
	signature := headerLine{"DKIM-Signature", strings.Join([]string{
		"v=1; a=" + algorithm + "; c=relaxed/relaxed",
		"d=" + d.Domain,
		"s=" + d.Selector,
		"t=" + strconv.FormatInt(time.Now().Unix(), 10),
		"h=" + strings.Join(signed, ":\r\n "),
		"bh=" + base64Text(of[:]),
		"b=",
	}, ";\r\n ")}
	var input strings.Builder
	left := map[string][]headerLine{}
	for _, h := range headers {
		name := strings.ToLower(h.name)
		left[name] = append(left[name], h)
	}
	for _, name := range signed {
		name = strings.ToLower(name)
		if n := len(left[name]); n > 0 { // the last one first
			input.WriteString(relaxedHeader(left[name][n-1]) + "\r\n")
			left[name] = left[name][:n-1]
		}
	}
	input.WriteString(relaxedHeader(signature))
	sum := sha256.Sum256([]byte(input.String()))
	bytes, err := d.Key.Sign(rand.Reader, sum[:], hash)
	if err != nil {
		return headerLine{}, err
	}
	for text := base64Text(bytes); text != ""; {
		n := min(len(text), 72)
		signature.value += "\r\n " + text[:n]
		text = text[n:]
	}
	return signature, nil
}

var spaces = regexp.MustCompile(`[ \t]+`)

// relaxedHeader is the canonical form of a header (RFC 6376, section 3.4.2).
func relaxedHeader(h headerLine) string {
	value := spaces.ReplaceAllString(strings.ReplaceAll(h.value, "\r\n", ""), " ")
	return strings.ToLower(h.name) + ":" + strings.Trim(value, " ")
}

// relaxedBody is the canonical form of a content (RFC 6376, section 3.4.4).
func relaxedBody(content string) string {
	lines := strings.Split(content, "\r\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(spaces.ReplaceAllString(line, " "), " ")
	}
	return strings.TrimRight(strings.Join(lines, "\r\n"), "\r\n") + "\r\n"
}

func base64Text(data []byte) string { return base64.StdEncoding.EncodeToString(data) }
