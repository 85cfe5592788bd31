package main

import (
	"net/url"
	"strings"
)

// etcdPasswordVariable can hold the password of the user in the URL of a store
// on etcd.
const etcdPasswordVariable = "ENROL_ETCD_PASSWORD"

func isPostgres(url string) bool {
	return strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://")
}

func isEtcd(url string) bool {
	return strings.HasPrefix(url, "etcd://") || strings.HasPrefix(url, "etcds://")
}

// passwordVariable is the variable that can hold the password for a URL without
// one.
func passwordVariable(url string) string {
	if isEtcd(url) {
		return etcdPasswordVariable
	}
	return "PGPASSWORD"
}

// isAmbiguous reports whether what looks like the user and the password of a URL
// would be read as a host or a database, which messages name.
func isAmbiguous(url string) bool {
	_, rest, _ := strings.Cut(url, "://")
	at := strings.LastIndex(rest, "@")
	return at >= 0 && strings.ContainsAny(rest[:at], "/?#")
}

// hasPassword reports whether there is one in the URL of a database.
func hasPassword(url string) bool {
	_, rest, _ := strings.Cut(url, "://")
	authority, query, _ := strings.Cut(rest, "?")
	if at := strings.LastIndex(authority, "@"); at >= 0 && strings.Contains(authority[:at], ":") {
		return true
	}
	return strings.Contains(query, "password=") // also that of the file of a TLS key
}

// withPassword adds a password to a URL that has a user, and neither a password
// nor a file with one.
func withPassword(text, password string) string {
	scheme, rest, _ := strings.Cut(text, "://")
	user, after, found := strings.Cut(rest, "@")
	if !found || password == "" || strings.Contains(user, ":") || strings.Contains(after, "password_file=") {
		return text
	}
	return scheme + "://" + user + url.UserPassword("", password).String() + "@" + after
}
