package host

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/signup"
)

// strictly passes the bodies of calls on to a service, and makes sure that a
// payload has no member that its type lacks.
func strictly[Payload any](t *testing.T, service Service) Service {
	return func(ctx context.Context, call signup.ServiceCall) (string, error) {
		decoder := json.NewDecoder(strings.NewReader(call.Body))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(new(Payload)); err != nil {
			t.Errorf("%s: %v", call.Service, err)
		}
		return service(ctx, call)
	}
}

func TestTypedServicesReceivePayloads(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		messages, accounts := make(chan Message, 9), make(chan NewAccount, 9)
		conf := strings.NewReplacer(
			"email_confirm_enabled=False", "email_confirm_enabled=True\ncallback_service_list=crm\nis_approval_needed=False",
			"[apps]", "[main]\nemail_service=mail\n[user_validation]\nservice=zato.sso.signup.validate, rules\n[apps]",
		).Replace(testConf)
		i := start(t, native, func(o *Options) {
			o.Conf, o.DispatchInterval = conf, 0
			o.Services = map[string]Service{
				"mail": strictly[MessagePayload](t, MessageService(func(_ context.Context, m Message, headers signup.WebhookHeaders) error {
					if headers.ID == "" {
						t.Error("a message has no id")
					}
					messages <- m
					return nil
				})),
				"crm": strictly[SignupPayload](t, CallbackService(func(_ context.Context, a NewAccount, _ signup.WebhookHeaders) error {
					accounts <- a
					return nil
				})),
				"rules": strictly[ValidatePayload](t, ValidationService(func(_ context.Context, c Candidate) (Verdict, error) {
					if c.Username == "eve" && string(c.Password) == testPassword {
						return Verdict{SubStatus: []signup.Code{"E777777"}}, nil
					}
					if c.Username == "mallory" {
						return Verdict{}, errors.New("out of order")
					}
					return Verdict{IsValid: true}, nil
				})),
			}
		})
		request := ada()
		request.Attrs = map[string]string{"locale": "en"}
		answer, err := i.Signup(t.Context(), request)
		if err != nil || !answer.OK() {
			t.Fatalf("%+v, %v", answer, err)
		}
		message := <-messages
		if message.Kind != MessageConfirm || message.To != "ada@example.com" || message.Token != answer.ConfirmToken || time.Until(message.Expires) < time.Hour {
			t.Errorf("the message is %+v", message)
		}
		account := <-accounts
		if account.Username != "ada" || account.Attrs["locale"] != "en" || account.SignUpConfirmToken != answer.ConfirmToken || account.ApprovalStatus != "approved" ||
			account.SignUpTime.IsZero() || account.PasswordExpiry.Before(account.SignUpTime) || account.ApprovalStatusModBy != "" {
			t.Errorf("the account is %+v", account)
		}
		eve := ada()
		eve.Username, eve.Email = "eve", "eve@example.com"
		if answer, err := i.Signup(t.Context(), eve); err != nil || !slices.Contains(answer.SubStatus, "E777777") {
			t.Errorf("%+v, %v", answer, err)
		}
		mallory := ada()
		mallory.Username, mallory.Email = "mallory", "mallory@example.com"
		if _, err := i.Signup(t.Context(), mallory); err == nil {
			t.Error("a service that fails lets somebody sign up")
		}
	})
}

func TestTypedServiceRefusesOtherPayloads(t *testing.T) {
	t.Parallel()
	message := MessageService(func(context.Context, Message, signup.WebhookHeaders) error { t.Error("a message was sent"); return nil })
	callback := CallbackService(func(context.Context, NewAccount, signup.WebhookHeaders) error {
		t.Error("an account was received")
		return nil
	})
	validation := ValidationService(func(context.Context, Candidate) (Verdict, error) {
		t.Error("somebody was checked")
		return Verdict{}, nil
	})
	for body, why := range map[string]string{
		`{"type":"user.other","data":{}}`: "names the wrong one",
		`{"data":{"to":"secret"}}`:        "cannot be read",
		`secret`:                          "cannot be read",
	} {
		for name, service := range map[string]Service{"message": message, "callback": callback, "validation": validation} {
			_, err := service(t.Context(), signup.ServiceCall{Body: body})
			if err == nil || !strings.Contains(err.Error(), why) || strings.Contains(err.Error(), "secret") {
				t.Errorf("%s: %s: %v", name, body, err)
			}
		}
	}
}
