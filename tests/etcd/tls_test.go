//go:build etcd

package etcd_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/kv/etcd"
	"github.com/enrol-sso/enrol/tests/etcd/cluster"
)

// authority signs certificates.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	file        string
}

func newAuthority(t *testing.T, dir, name string) authority {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	a := authority{certificate: template}
	a.file, _ = a.sign(t, dir, name, template)
	return a
}

// sign writes a certificate and its key. The first that it signs is its own.
func (a *authority) sign(t *testing.T, dir, name string, template *x509.Certificate) (file, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if a.key == nil {
		a.key = key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key.Public(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	file, keyFile = filepath.Join(dir, name+".crt"), filepath.Join(dir, name+".key")
	for path, block := range map[string]*pem.Block{
		file: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "PRIVATE KEY", Bytes: pkcs8},
	} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return file, keyFile
}

// issue writes a certificate for 127.0.0.1, of a server and of a client.
func (a *authority) issue(t *testing.T, dir, name string) (file, keyFile string) {
	t.Helper()
	return a.sign(t, dir, name, &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	})
}

func TestTheURLDecidesOnTLS(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ours, other := newAuthority(t, dir, "ours"), newAuthority(t, dir, "other")
	cert, key := ours.issue(t, dir, "member")
	client, clientKey := ours.issue(t, dir, "client")
	stranger, strangerKey := other.issue(t, dir, "stranger")
	open := filepath.Join(dir, "open.key")
	pem, err := os.ReadFile(clientKey)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(open, pem, 0o644); err != nil {
		t.Fatal(err)
	}
	serving := start(t, cluster.Options{Members: 1, Certificate: cert, Key: key}).URL("p")
	asking := start(t, cluster.Options{Members: 1, Certificate: cert, Key: key, Authority: ours.file}).URL("p")
	for _, test := range []struct {
		url, refused string // what the error says
	}{
		{serving + "?cacert=" + ours.file, ""},
		{serving + "?cacert=" + other.file, "certificate"},
		{serving, "certificate"},
		{strings.Replace(serving, "127.0.0.1", "localhost", 1) + "?cacert=" + ours.file, "localhost"},
		{strings.Replace(serving, "etcds://", "etcd://", 1), "error"},
		{serving + "?cacert=/nowhere.crt", "/nowhere.crt"},
		{serving + "?cacert=" + key, "no certificate in PEM"},
		{asking + "?cacert=" + ours.file + "&cert=" + client + "&key=" + clientKey, ""},
		{asking + "?cacert=" + ours.file, "kv/etcd"}, // the member ends the connection, often before it says why
		{asking + "?cacert=" + ours.file + "&cert=" + stranger + "&key=" + strangerKey, "kv/etcd"},
		{asking + "?cacert=" + ours.file + "&cert=" + client + "&key=" + open, "chmod 600"},
		{asking + "?cacert=" + ours.file + "&cert=" + client + "&key=" + strangerKey, "not a certificate in PEM and its key"},
		{asking + "?cacert=" + ours.file + "&cert=/nowhere.crt&key=" + clientKey, "/nowhere.crt"},
	} {
		store, err := etcd.Open(t.Context(), test.url, etcd.Options{Timeout: patience})
		if test.refused != "" {
			if !contains(err, test.refused) {
				t.Errorf("%s: got %v, want an error with %q", test.url, err, test.refused)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", test.url, err)
			continue
		}
		mustPut(t, store, "a", "1")
		mustHold(t, store, "a", "1")
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}
}
