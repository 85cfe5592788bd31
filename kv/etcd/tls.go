package etcd

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"os"

	"github.com/enrol-sso/enrol/kv/private"
)

// config returns the configuration of connections with TLS. The certificate of
// the client is read again for each connection, so that a renewed one is used.
func (f files) config() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if f.cacert != "" {
		pem, err := os.ReadFile(f.cacert)
		if err != nil {
			return nil, fmt.Errorf("the cacert of the URL: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("the cacert of the URL: %s has no certificate in PEM", f.cacert)
		}
	}
	if f.cert == "" {
		return config, nil
	}
	if _, err := f.certificate(); err != nil {
		return nil, err
	}
	config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return f.certificate() }
	return config, nil
}

// certificate reads the certificate of the client and its key, which must be a
// file that others cannot read.
func (f files) certificate() (*tls.Certificate, error) {
	cert, err := os.ReadFile(f.cert)
	if err != nil {
		return nil, fmt.Errorf("the cert of the URL: %w", err)
	}
	file, err := private.Open(f.key)
	if err != nil {
		return nil, fmt.Errorf("the key of the URL: %w", err)
	}
	defer file.Close()
	key, err := io.ReadAll(file)
	if err != nil {
		return nil, fmt.Errorf("the key of the URL: %w", err)
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return nil, fmt.Errorf("%s and %s are not a certificate in PEM and its key: %w", f.cert, f.key, err)
	}
	return &pair, nil
}
