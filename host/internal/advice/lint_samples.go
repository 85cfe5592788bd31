package advice

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// maxNamed is how many accepted samples a message names.
const maxNamed = 4

// passwordSamples tries passwords that attackers guess first, and names those
// that the file accepts. Each is repeated until it has the minimum length.
func (l *linter) passwordSamples() {
	var passed []string
	count := 0
	for _, sample := range l.samples() {
		if l.accepts(sample) {
			if count++; count <= maxNamed {
				passed = append(passed, strconv.Quote(sample))
			}
		}
	}
	if count == 0 {
		return
	}
	if count > maxNamed {
		passed = append(passed, strconv.Itoa(count-maxNamed)+" more")
	}
	const score, personal, common = "password.min_complexity", "enrol.block_personal_passwords", "enrol.block_common_passwords"
	l.add(finding{High, "weak-samples", about(score, personal, common), nistPasswords + "; " + asvs("6.2.4")},
		"passwords that attackers guess first are accepted: %s: set %s to %d, and %s and %s to True", strings.Join(passed, ", "), score, recommendedScore, personal, common)
}

// sampleAccount is the account of the samples.
var sampleAccount = struct{ username, email string }{"maximilian.musterfrau", "maximilian.musterfrau@example.org"}

// samples lists the passwords to try: words of the account, repetitions, runs of
// the keyboard, common passwords.
func (l *linter) samples() []string {
	samples := []string{
		sampleAccount.username, sampleAccount.email, sampleAccount.username + "1",
		"a", " ", "1234567890", "qwertyuiop", "password", "iloveyou", "abcdefghijklmnopqrstuvwxyz",
	}
	for i, sample := range samples {
		samples[i] = stretch(sample, l.config.Password.MinLength)
	}
	return samples
}

// offline is a host for an operation that needs only the time and random bytes.
// Neither affects a validation, so a file always has the same findings.
type offline struct{ signup.Host }

func (offline) Now() (int64, error) { return 1_767_225_600_000, nil } // 2026-01-01

func (offline) Entropy(n int) ([]byte, error) { return make([]byte, n), nil }

// newEngine returns an engine with a configuration.
func newEngine(config *ssoconf.Config) *signup.Engine {
	keys, err := signup.ParseKeys(signup.FormatKey("lint", make([]byte, 32))) // it seals nothing
	if err != nil {
		panic("advice: " + err.Error())
	}
	return signup.New(config, keys)
}

// stretch repeats a text until it has at least n characters.
func stretch(text string, length int) string {
	return strings.Repeat(text, (length+len(text)-1)/len(text))
}

// accepts reports whether a password passes the rules of the file.
func (l *linter) accepts(password string) bool {
	request, err := json.Marshal(map[string]any{"ctx": map[string]string{
		"username": sampleAccount.username, "email": sampleAccount.email, "password": password,
	}})
	if err != nil {
		panic("advice: " + err.Error())
	}
	var answer signup.Response
	if err := json.Unmarshal(l.engine.Run("validate", offline{}, request), &answer); err != nil || answer.Fault != "" {
		panic("advice: validate answers " + answer.Fault)
	}
	for _, code := range answer.SubStatus {
		if strings.HasPrefix(string(code), "E003") {
			return false
		}
	}
	return true
}
