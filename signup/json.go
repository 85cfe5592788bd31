package signup

// Programs write and read responses, and what these contain, with
// encoding/json. The methods of this file let it write and read the members
// that each type declares.
//
// A struct that embeds one of these types gets its methods too, and
// encoding/json then ignores the other fields of that struct.

// MarshalJSON implements json.Marshaler, and UnmarshalJSON implements
// json.Unmarshaler, as they do for the types below.
func (r Response) MarshalJSON() ([]byte, error)     { return encode(&r), nil }
func (r *Response) UnmarshalJSON(data []byte) error { return decode(data, r) }

// MarshalJSON returns an error: the confirm token is not to be written by
// accident.
func (s SignupResponse) MarshalJSON() ([]byte, error)     { return s.ConfirmToken.MarshalText() }
func (s *SignupResponse) UnmarshalJSON(data []byte) error { return decode(data, s) }

func (v ValidateResponse) MarshalJSON() ([]byte, error)     { return encode(&v), nil }
func (v *ValidateResponse) UnmarshalJSON(data []byte) error { return decode(data, v) }

func (c ConfirmResponse) MarshalJSON() ([]byte, error)     { return encode(&c), nil }
func (c *ConfirmResponse) UnmarshalJSON(data []byte) error { return decode(data, c) }

func (g GetResponse) MarshalJSON() ([]byte, error)     { return encode(&g), nil }
func (g *GetResponse) UnmarshalJSON(data []byte) error { return decode(data, g) }

func (v VerifyResponse) MarshalJSON() ([]byte, error)     { return encode(&v), nil }
func (v *VerifyResponse) UnmarshalJSON(data []byte) error { return decode(data, v) }

func (p PendingResponse) MarshalJSON() ([]byte, error)     { return encode(&p), nil }
func (p *PendingResponse) UnmarshalJSON(data []byte) error { return decode(data, p) }

func (p PurgeResponse) MarshalJSON() ([]byte, error)     { return encode(&p), nil }
func (p *PurgeResponse) UnmarshalJSON(data []byte) error { return decode(data, p) }

func (r RekeyResponse) MarshalJSON() ([]byte, error)     { return encode(&r), nil }
func (r *RekeyResponse) UnmarshalJSON(data []byte) error { return decode(data, r) }

func (d DeadResponse) MarshalJSON() ([]byte, error)     { return encode(&d), nil }
func (d *DeadResponse) UnmarshalJSON(data []byte) error { return decode(data, d) }

func (d DispatchResponse) MarshalJSON() ([]byte, error)     { return encode(&d), nil }
func (d *DispatchResponse) UnmarshalJSON(data []byte) error { return decode(data, d) }

func (u User) MarshalJSON() ([]byte, error)     { return encode(&u), nil }
func (u *User) UnmarshalJSON(data []byte) error { return decode(data, u) }

func (p PendingUser) MarshalJSON() ([]byte, error)     { return encode(&p), nil }
func (p *PendingUser) UnmarshalJSON(data []byte) error { return decode(data, p) }

func (d DeadEvent) MarshalJSON() ([]byte, error)     { return encode(&d), nil }
func (d *DeadEvent) UnmarshalJSON(data []byte) error { return decode(data, d) }

func (d DestinationState) MarshalJSON() ([]byte, error)     { return encode(&d), nil }
func (d *DestinationState) UnmarshalJSON(data []byte) error { return decode(data, d) }

func (d DeliveryFailure) MarshalJSON() ([]byte, error)     { return encode(&d), nil }
func (d *DeliveryFailure) UnmarshalJSON(data []byte) error { return decode(data, d) }

// MarshalJSON returns an error if there is a password hash: it is not to be
// written by accident.
func (a MovedAccount) MarshalJSON() ([]byte, error) {
	if a.PasswordHash != "" {
		return a.PasswordHash.MarshalText()
	}
	return encode(&a), nil
}
func (a *MovedAccount) UnmarshalJSON(data []byte) error { return decode(data, a) }

func (i ImportResponse) MarshalJSON() ([]byte, error)     { return encode(&i), nil }
func (i *ImportResponse) UnmarshalJSON(data []byte) error { return decode(data, i) }

// MarshalJSON returns an error if an account has a password hash.
func (e ExportResponse) MarshalJSON() ([]byte, error) {
	for _, account := range e.Accounts {
		if _, err := account.MarshalJSON(); err != nil {
			return nil, err
		}
	}
	return encode(&e), nil
}
func (e *ExportResponse) UnmarshalJSON(data []byte) error { return decode(data, e) }

func (s SearchResponse) MarshalJSON() ([]byte, error)     { return encode(&s), nil }
func (s *SearchResponse) UnmarshalJSON(data []byte) error { return decode(data, s) }
