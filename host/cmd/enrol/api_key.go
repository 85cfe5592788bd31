package main

import (
	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/signup"
)

// Variables that may hold the API keys.
const (
	apiKeyVariable      = "ENROL_API_KEY"
	superAPIKeyVariable = "ENROL_SUPER_API_KEY"
)

// apiKeys are those that callers of the server authenticate with; each is ""
// if there is none.
type apiKeys struct {
	caller    signup.Secret
	superUser signup.Secret
}

// readAPIKeys takes each key from its file, else from the environment.
func readAPIKeys(c *console, callerFile, superUserFile string) (apiKeys, error) {
	var keys apiKeys
	var err error
	if keys.caller, err = readAPIKey(c, callerFile, apiKeyVariable); err != nil {
		return keys, err
	}
	if keys.superUser, err = readAPIKey(c, superUserFile, superAPIKeyVariable); err != nil {
		return keys, err
	}
	if err := httpapi.CheckAPIKeys(keys.caller, keys.superUser); err != nil {
		return keys, mistake("%w: make another one with openssl rand -hex 32", err)
	}
	return keys, nil
}

func readAPIKey(c *console, path, variable string) (signup.Secret, error) {
	key, source := signup.Secret(c.getenv(variable)), "the variable "+variable
	if path != "" {
		var err error
		if key, err = readSecretFile(path); err != nil {
			return "", mistake("the API key cannot be read: %w", err)
		}
		source = path
	}
	if key == "" && path == "" {
		return "", nil
	}
	if err := httpapi.CheckAPIKey(key); err != nil {
		return "", mistake("%s: %w", source, err)
	}
	return key, nil
}
