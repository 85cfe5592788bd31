package mail

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"regexp"
	"strings"
	"sync"
	"testing"
)

var testRSA = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, minRSA)
	if err != nil {
		panic(err)
	}
	return key
})

// tests/differential/mail has signatures checked by another implementation; this
// checks what they are about.
func TestMailsAreSigned(t *testing.T) {
	t.Parallel()
	_, own, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	server := serveMail(t, false, true)
	for algorithm, key := range map[string]crypto.Signer{"rsa-sha256": testRSA(), "ed25519-sha256": own} {
		s := server.remote(t, "smtp", "", func(o *Options) { o.DKIM = &DKIM{Domain: "example.com", Selector: "mail2026", Key: key} })
		before := len(server.received())
		for range 2 {
			if err := sendAda(t, s); err != nil {
				t.Fatal(err)
			}
		}
		for _, m := range server.received()[before:] {
			_, _, header := read(t, m.data)
			signature := strings.Join(strings.Fields(header.Get("Dkim-Signature")), "")
			_, content, _ := strings.Cut(m.data, "\r\n\r\n")
			hash := sha256.Sum256([]byte(regexp.MustCompile(`[ \t]+`).ReplaceAllString(regexp.MustCompile(`[ \t]+\r\n`).ReplaceAllString(content, "\r\n"), " ")))
			for _, want := range []string{"v=1;", "c=relaxed/relaxed;", "d=example.com;", "s=mail2026;", "a=" + algorithm + ";", "bh=" + base64.StdEncoding.EncodeToString(hash[:]) + ";"} {
				if !strings.Contains(signature, want) {
					t.Errorf("%s: the signature lacks %s: %s", algorithm, want, signature)
				}
			}
			signed := strings.ToLower(regexp.MustCompile(`h=([^;]*);`).FindString(signature))
			for _, name := range []string{"from", "to", "cc", "subject", "date", "message-id", "content-type"} {
				if strings.Count(signed[1:], name+":")+strings.Count(signed[1:], name+";") != 2 {
					t.Errorf("%s: a second %s could be added: %s", algorithm, name, signed)
				}
			}
		}
	}
}

func TestDKIMIsChecked(t *testing.T) {
	t.Parallel()
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		dkim DKIM
		want string
	}{
		{DKIM{"example.com", "a", nil}, "must be RSA or Ed25519"},
		{DKIM{"example.com", "a", weak}, "at least 2,048 bits"},
		{DKIM{"example.com", "a", other}, "must be RSA or Ed25519"},
		{DKIM{"example.com", "a", ed25519.PrivateKey("x")}, "the wrong length"},
		{DKIM{"", "a", testRSA()}, "the domain"},
		{DKIM{"com", "a", testRSA()}, "the domain"},
		{DKIM{"bücher.example", "a", testRSA()}, "the domain"},
		{DKIM{"example.com.", "a", testRSA()}, "the domain"},
		{DKIM{"example.com; d=evil.example", "a", testRSA()}, "the domain"},
		{DKIM{"example.com", "", testRSA()}, "the selector"},
		{DKIM{"example.com", "a b", testRSA()}, "the selector"},
	} {
		_, err := New(Options{URL: "smtp://mail.example.com", DKIM: &c.dkim})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s, %s: %v", c.dkim.Domain, c.dkim.Selector, err)
		}
	}
}

func TestDKIMKeysAreReadFromPEM(t *testing.T) {
	t.Parallel()
	_, own, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, key := range map[string]crypto.Signer{"RSA": testRSA(), "Ed25519": own} {
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		read, err := ParseDKIMKey(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
		if err != nil || !read.Public().(interface{ Equal(crypto.PublicKey) bool }).Equal(key.Public()) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ParseDKIMKey(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(testRSA())})); err != nil {
		t.Error(err)
	}
	for _, text := range []string{"", "secret", "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n"} {
		if _, err := ParseDKIMKey([]byte(text)); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
