//go:build postgres

package postgres_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/kv/postgres"
	"github.com/enrol-sso/enrol/tests/postgres/pgserver"
)

// certificate writes a certificate for 127.0.0.1 that signs itself, and its key.
func certificate(t *testing.T, dir, name string) (path, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	path, key = filepath.Join(dir, name+".crt"), filepath.Join(dir, name+".key")
	for file, block := range map[string]*pem.Block{
		path: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: pkcs8},
	} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := pgserver.Own(file); err != nil {
			t.Fatal(err)
		}
	}
	return path, key
}

func TestTheURLDecidesOnTLS(t *testing.T) {
	t.Parallel()
	dir := temporary(t)
	cert, key := certificate(t, dir, "server")
	other, _ := certificate(t, dir, "other")
	s, err := startServer(dir, []string{"ssl=on", "ssl_cert_file=" + cert, "ssl_key_file=" + key})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	database, _ := s.database(t)
	byName := strings.Replace(s.URL(database), "127.0.0.1", "localhost", 1)
	for i, test := range []struct {
		url, parameters string
		encrypted       bool
		refused         string // what the error says
	}{
		{s.URL(database), "sslmode=verify-full&sslrootcert=" + cert, true, ""},
		{s.URL(database), "sslmode=require", true, ""},
		{s.URL(database), "sslmode=disable", false, ""},
		{s.URL(database), "sslmode=verify-full&sslrootcert=" + other, true, "certificate"},
		{s.URL(database), "sslmode=verify-full", true, "certificate"},
		{byName, "sslmode=verify-full&sslrootcert=" + cert, true, "localhost"},
		{s.URL(database), "sslmode=verify-full&sslrootcert=/nowhere.crt", true, "/nowhere.crt"},
	} {
		name := fmt.Sprintf("tls%d", i)
		store, err := postgres.Open(t.Context(), with(test.url, test.parameters, "application_name="+name), postgres.Options{})
		if test.refused != "" {
			if err == nil || !strings.Contains(err.Error(), test.refused) {
				t.Errorf("%s: got %v, want an error with %q", test.parameters, err, test.refused)
			}
			continue
		}
		if err != nil {
			t.Fatalf("%s: %v", test.parameters, err)
		}
		mustPut(t, store, "a", "1")
		var encrypted bool
		if err := s.connect(t, database).QueryRow(t.Context(), "SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) "+
			"WHERE application_name = $1 LIMIT 1", name).Scan(&encrypted); err != nil || encrypted != test.encrypted {
			t.Errorf("%s: encrypted is %v, %v", test.parameters, encrypted, err)
		}
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}
}
