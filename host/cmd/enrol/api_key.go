package main

import (
	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/kv/private"
	"github.com/enrol-sso/enrol/signup"
)

// Variables that can hold the API keys, each one key or several as
// name:key,name:key.
const (
	apiKeyVariable      = "ENROL_API_KEY"
	superAPIKeyVariable = "ENROL_SUPER_API_KEY"
	metricsKeyVariable  = "ENROL_METRICS_KEY"
)

// apiKeys are the keys with which callers of the server authenticate; each is
// "" if there is none.
type apiKeys struct {
	caller    signup.Secret
	superUser signup.Secret
	metrics   signup.Secret
}

// readAPIKeys takes each key from its file, else from the environment.
func readAPIKeys(c *console, callerFile, superUserFile, metricsFile string) (apiKeys, error) {
	var keys apiKeys
	var err error
	if keys.caller, err = readAPIKey(c, callerFile, apiKeyVariable); err != nil {
		return keys, err
	}
	if keys.superUser, err = readAPIKey(c, superUserFile, superAPIKeyVariable); err != nil {
		return keys, err
	}
	if keys.metrics, err = readAPIKey(c, metricsFile, metricsKeyVariable); err != nil {
		return keys, err
	}
	if err := httpapi.CheckAPIKeys(keys.caller, keys.superUser, keys.metrics); err != nil {
		return keys, mistake("%w: make another one with openssl rand -hex 32", err)
	}
	return keys, nil
}

func readAPIKey(c *console, path, variable string) (signup.Secret, error) {
	key, source := signup.Secret(c.getenv(variable)), "the variable "+variable
	if path != "" {
		text, err := private.ReadFile(path)
		if err != nil {
			return "", mistake("the API key cannot be read: %w", err)
		}
		key, source = signup.Secret(text), path
	}
	if key == "" && path == "" {
		return "", nil
	}
	if key == "" {
		return "", mistake("%s is empty: put an API key into it, such as that of openssl rand -hex 32, of 32 to 1,024 characters", source)
	}
	if err := httpapi.CheckAPIKeys(key, "", ""); err != nil {
		return "", mistake("%s: %w", source, err)
	}
	return key, nil
}
