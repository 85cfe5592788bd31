package record

import (
	"encoding/base64"

	"github.com/enrol-sso/enrol/signup/internal/keyring"
)

// The places of sealed texts. A text opens only in its place.

// EmailPlace is the place of an account's address.
func EmailPlace(userID string) keyring.Place {
	return keyring.Place{Kind: "user", ID: userID, Field: "email"}
}

// PasswordPlace is the place of the hash of an account's password.
func PasswordPlace(userID string) keyring.Place {
	return keyring.Place{Kind: "user", ID: userID, Field: "password"}
}

// EventPlace is the place of what an event sends: a Message or a Callback.
func EventPlace(eventID string) keyring.Place {
	return keyring.Place{Kind: "event", ID: eventID, Field: "text"}
}

// AnswerPlace is the place of a KeptAnswer, by the key of its record.
func AnswerPlace(key string) keyring.Place {
	return keyring.Place{Kind: "idem", ID: key, Field: "answer"}
}

// GuessSecretPlace is the place of the secret of the counts of wrong passwords.
var GuessSecretPlace = keyring.Place{Kind: "meta", ID: "keys", Field: "guesses"}

// IsGuessSecret reports whether a text is such a secret: 32 bytes in base64url.
func IsGuessSecret(text string) bool {
	secret, err := base64.RawURLEncoding.Strict().DecodeString(text)
	return err == nil && len(secret) == keyring.Bytes
}
