package advice

import "github.com/enrol-sso/enrol/signup/ssoconf"

// usernames checks the rules for usernames.
func (l *linter) usernames() {
	const characters, length = "enrol.username_characters", "enrol.username_min_length"
	if l.config.Enrol.UsernameCharacters != ssoconf.UsernamePrecis {
		return
	}
	l.add(finding{Medium, "username-bait", about(characters), asvs("2.2.1")},
		"%s is precis: a username can be a link or markup, which a message to somebody else's address then contains: set it to identifier", characters)
	l.dead(length, characters+" is precis")
}
