package httpapi

// SignupRequest is the request that the core is given for a flat body.
func SignupRequest(body string) (request string, ok bool) {
	members, err := split([]byte(body))
	if err != nil {
		return "", false
	}
	return string(signupRequest(members, callDefaults{})), true
}

// KnownMembers are those that a body of an operation may have.
func KnownMembers(operation string) []string { return knownMembers[operation] }

// Routes are the paths that are served, each with its methods.
func Routes() map[string][]string {
	served := map[string][]string{}
	for path, route := range routes {
		served[path] = route.serve.names()
	}
	return served
}
