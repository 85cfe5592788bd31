package ssoconf

import "github.com/enrol-sso/enrol/signup/internal/phc"

// defaultConfig returns the configuration of an empty sso.conf.
func defaultConfig() *Config {
	return &Config{
		Main: Main{
			EncryptEmail:    true,
			EncryptPassword: true,
		},
		HashSecret: HashSecret{
			Rounds:   120_000,
			SaltSize: 64,
		},
		Apps: Apps{
			All:                []string{"CRM"},
			LoginAllowed:       []string{"CRM"},
			Default:            "CRM",
			InformIfAppInvalid: true,
			HTTPHeader:         "X-Zato-SSO-Current-App",
		},
		Password: Password{
			Expiry:                 730,
			MinLength:              8,
			MaxLength:              256,
			MinComplexity:          4,
			MinComplexityAlgorithm: "zxcvbn",
			RejectList:             defaultRejectList(),
			InformIfInvalid:        true,
			AboutToExpireThreshold: 30,
			LogInIfAboutToExpire:   true,
		},
		Signup: Signup{
			MaxLengthUsername:        128,
			MaxLengthEmail:           128,
			PasswordAllowWhitespace:  true,
			AlwaysReturnConfirmToken: true,
			IsEmailRequired:          true,
			IsApprovalNeeded:         true,
			Confirm: Mail{
				Enabled:  true,
				From:     "confirm@example.com",
				Template: "sso-confirm.txt",
			},
			Welcome: Mail{
				Enabled:  true,
				From:     "welcome@example.com",
				Template: "sso-welcome.txt",
			},
		},
		UserValidation: UserValidation{
			Service:        []string{ValidateService},
			RejectUsername: []string{"zato", "admin", "root", "system", "sso"},
			RejectEmail:    []string{"zato", "admin", "root", "system", "sso"},
		},
		Enrol: Enrol{
			PasswordHash:      phc.Argon2id,
			Argon2Memory:      19_456,
			Argon2Iterations:  2,
			Argon2Parallelism: 1,
			ConfirmWithin:     1440,
			RejectMatch:       RejectSubstring,
			IdempotencyHours:  24,
			ResendCooldown:    60,
			VerifySlowAfter:   10,
			VerifyStopAfter:   100,
			MessageDailyCap:   20,
			MessageCooldown:   5,
			Buckets:           1,
			UnknownFields:     RefuseUnknown,
			Language:          English,

			BlockPersonalPasswords: true,
			UsernameCharacters:     UsernameIdentifier,
			UsernameMinLength:      2,
		},
	}
}

// defaultRejectList returns password.reject_list of the sso.conf that Zato 3.2
// creates (zato/cli/create_server.py, LGPL v3), so that both systems refuse the
// same passwords.
func defaultRejectList() []string {
	return []string{
		"111111", "123123", "123321", "123456", "123qwe", "1q2w3e", "1q2w3e4r", "1q2w3e4r5t",
		"222222", "333333", "444444", "555555", "654321", "666666", "777777", "888888",
		"999999", "987654321", "google", "letmein", "mynoob", "password", "qwerty", "zxcvbnm",
	}
}
