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
