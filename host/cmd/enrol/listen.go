package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"syscall"

	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/signup"
)

// listen starts to listen: without an API key, for this machine only.
func listen(address string, key signup.Secret) (net.Listener, error) {
	resolved, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return nil, mistake("--listen %s: %w: give an address and a port, such as 127.0.0.1:8080", address, err)
	}
	if key == "" && !resolved.IP.IsLoopback() {
		return nil, mistake("--listen %s can be reached from other machines, which needs an API key: put one into a file of mode 0600 and name it with --api-key-file, or set %s; or listen on 127.0.0.1",
			address, apiKeyVariable)
	}
	return listenOn("--listen", resolved)
}

// listenPublic starts to listen for browsers.
func listenPublic(address string) (net.Listener, error) {
	resolved, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return nil, mistake("--public %s: %w: give an address and a port, such as 127.0.0.1:8081", address, err)
	}
	return listenOn("--public", resolved)
}

// listenOn starts to listen on the address of a flag.
func listenOn(flag string, address *net.TCPAddr) (net.Listener, error) {
	listener, err := net.ListenTCP("tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s is in use by another process: end that one, or choose another port with %s", address, flag)
	case err != nil:
		return nil, fmt.Errorf("cannot listen on %s: %w: choose another address with %s", address, err, flag)
	}
	return httpapi.Limit(listener), nil
}

// parseProxies reads the ranges of addresses of a flag, separated by commas.
func parseProxies(flag, text string) ([]netip.Prefix, error) {
	if text == "" {
		return nil, nil
	}
	var proxies []netip.Prefix
	for entry := range strings.SplitSeq(text, ",") {
		entry = strings.TrimSpace(entry)
		proxy, err := netip.ParsePrefix(entry)
		if addr, addrErr := netip.ParseAddr(entry); addrErr == nil {
			proxy, err = addr.Prefix(addr.BitLen())
		}
		if err != nil {
			return nil, mistake("%s: %q is not a range of addresses, such as 10.0.0.0/8", flag, entry)
		}
		proxies = append(proxies, proxy)
	}
	return proxies, nil
}
