package signup

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/enrol-sso/enrol/signup/internal/identity"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

func TestAddressesThatAreAccepted(t *testing.T) {
	t.Parallel()
	e := testEngine(t, "signup.max_length_email=254", "user_validation.reject_email=")
	long := strings.Repeat("a", 63)
	for _, test := range []struct{ email, address string }{
		{"ada@example.com", "ada@example.com"},
		{"Ada.Lovelace@Example.COM", "ada.lovelace@example.com"},
		{"ada+tag@example.com", "ada+tag@example.com"},
		{"!#$%&'*+-/=?^_`{|}~@example.com", "!#$%&'*+-/=?^_`{|}~@example.com"},
		{"0@0.example", "0@0.example"},
		{"SRS0=HHH=TT=example.org=ada@example.com", "srs0=hhh=tt=example.org=ada@example.com"},
		{"a=?b@example.com", "a=?b@example.com"},
		{"ΣΟΦΟΣ@example.com", "σοφοσ@example.com"},
		{"σοφος@example.com", "σοφος@example.com"},
		{"ada@FAẞ.example", "ada@xn--fa-hia.example"},
		{"ada@نامه\u200cای.example", "ada@xn--mgba3gch31f060k.example"}, // a joiner in its place
		{"ada@bücher.example", "ada@xn--bcher-kva.example"},
		{"ada@BÜCHER.example", "ada@xn--bcher-kva.example"},
		{"ada@bu\u0308cher.example", "ada@xn--bcher-kva.example"},
		{"ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"},
		{"ada@faß.example", "ada@xn--fa-hia.example"}, // IDNA 2008 keeps it
		{"ada@例え。テスト", "ada@xn--r8jz45g.xn--zckzah"},  // an ideographic full stop
		{"ａｄａ@ｅｘａｍｐｌｅ.com", "ａｄａ@example.com"},
		{"rené@example.com", "rené@example.com"},
		{"RENE\u0301@example.com", "rené@example.com"},
		{"用户@example.com", "用户@example.com"},
		{strings.Repeat("a", 64) + "@example.com", strings.Repeat("a", 64) + "@example.com"},
		{"a@" + long + "." + long + "." + long + "." + strings.Repeat("a", 60), "a@" + long + "." + long + "." + long + "." + strings.Repeat("a", 60)},
	} {
		if got, code := e.checkEmail(test.email); got != test.address || code != "" {
			t.Errorf("%q is %q (%s), want %q", test.email, got, code, test.address)
		}
	}
}

// Mail systems fold the case of a letter, and may normalize, but they do not
// replace a letter with another. The owner of one address must not block the
// owner of another, or be taken for them.
func TestAddressesThatStayDifferent(t *testing.T) {
	t.Parallel()
	e := testEngine(t, "user_validation.reject_email=")
	for _, pair := range [][2]string{
		{"\u0130@example.com", "i@example.com"}, // dotted I, to i
		{"\u0130@example.com", "i\u0307@example.com"},
		{"\u0131@example.com", "i@example.com"}, // dotless i
		{"\uff41@e.com", "a@e.com"},             // full-width
		{"\uff21@e.com", "a@e.com"},
		{"\u212a@e.com", "k@e.com"},      // Kelvin
		{"\u017f@e.com", "s@e.com"},      // long s
		{"ma\u00df@e.com", "mass@e.com"}, // sharp s
		{"ma\u1e9e@e.com", "mass@e.com"},
		{"\ufb01n@e.com", "fin@e.com"},   // ligature
		{"a\u00b2@e.com", "a2@e.com"},    // superscript
		{"\u2460@e.com", "1@e.com"},      // circled
		{"\u2126@e.com", "o@e.com"},      // ohm
		{"\u00b5@e.com", "\u03bc@e.com"}, // micro, mu
		{"\u03c2@e.com", "\u03c3@e.com"}, // final sigma
		{"\u03f4@e.com", "\u03b8@e.com"}, // another capital theta
		{"\uff76@e.com", "\u30ab@e.com"}, // half-width
		{"\u01c5@e.com", "d\u017e@e.com"},
		{"e\u0301@e.com", "e@e.com"},
		{"\u0430@e.com", "a@e.com"}, // Cyrillic
		{"a.b@e.com", "ab@e.com"},
		{"a+b@e.com", "a@e.com"},
	} {
		first, _, one := identity.Address(pair[0])
		second, _, two := identity.Address(pair[1])
		if one && two && first == second {
			t.Errorf("%+q and %+q both are %q", pair[0], pair[1], first)
		}
		if _, code := e.checkEmail(pair[1]); code != "" {
			t.Errorf("%+q gets %q", pair[1], code)
		}
	}
	for _, same := range [][2]string{
		{"ADA@E.COM", "ada@e.com"}, {"REN\u00c9@e.com", "rene\u0301@e.com"}, {"\u0410\u0414\u0410@e.com", "\u0430\u0434\u0430@e.com"},
		{"\u03a3@e.com", "\u03c3@e.com"}, {"\u212b@e.com", "\u00e5@e.com"}, {"\uff21@e.com", "\uff41@e.com"},
	} {
		first, _, one := identity.Address(same[0])
		second, _, two := identity.Address(same[1])
		if !one || !two || first != second {
			t.Errorf("%+q is %q, and %+q is %q", same[0], first, same[1], second)
		}
	}
}

// A claim or an account for one of them leaves the other free.
func TestOwnersOfAddressesThatStayDifferent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "signup.inform_if_email_exists=True", "signup.is_approval_needed=False")
	for i, email := range []string{"\u0130@example.com", "i@example.com", "\uff41@example.com", "a@example.com", "\u03c2@example.com", "\u03c3@example.com"} {
		name := "user" + string(rune('a'+i))
		w.confirm(w.claim(name, email))
		if user := w.mustRun("verify", VerifyRequest{Email: email, Password: goodPassword, CurrentApp: "CRM"}).User; user.Username != name {
			t.Errorf("%+q is the address of %s", email, user.Username)
		}
	}
}

func TestAddressesThatAreRefused(t *testing.T) {
	t.Parallel()
	e := testEngine(t, "signup.max_length_email=254", "user_validation.reject_email=")
	for _, email := range []string{
		"ada", "@", "ada@", "@example.com", "ada@@example.com", "ada@example@com",
		"ada＠example.com", "ada﹫example.com", "ada@b＠example.com", "a﹫b@example.com",
		"ada.@example.com", ".ada@example.com", "a..da@example.com",
		`"ada"@example.com`, `a"d"a@example.com`, `a\da@example.com`,
		"a,da@example.com", "a;da@example.com", "a:da@example.com", "a(da)@example.com", "<ada@example.com>", "a[d]a@example.com",
		"ada@example.com.", "ada@.example.com", "ada@example..com", "ada@example.com。",
		"ada@192.0.2.1", "ada@1", "ada@example.1", "ada@[192.0.2.1]", "ada@[IPv6:2001:db8::1]", "ada@１９２.0.2.1",
		"ada@-example.com", "ada@example-.com", "ada@exa_mple.com", "ada@ab--cd.example", "ada@xn--a.example", "ada@xn--.example",
		"ada@exa%mple.com", "ada@example.com:25", "ada@example.com/x",
		"ada@localhost", "ada@com", "ada@コム", "ada@xn--p1ai", // a domain has a dot
		"=?utf-8?q?ada?=@example.com", "x=?utf-8?b?YWRh?=y@example.com", "＝？utf-8?q?ada?＝@example.com", // encoded words
		"ada(comment)@example.com", "ada@(comment)example.com", "ada@example.com(comment)", "Ada<ada@example.com>", "@relay.example:ada@example.com",
		"ada\x00@example.com", "\x1bada@example.com", "ada\x7f@example.com", "ada@example.com\x7f", "ada\u009b@example.com",
		"ada@☃.example", "ada@👍.example", "ada@xn--n3h.example", "ada@a★b.example", "ada@①℀.example", // symbols are not letters
		"ada@xn--bcher-kvA1.example", "ada@xn--ascii-.example", "ada@xn--ß-.example", "ada@ＸＮ--bücher-.example", "ada@xn--zz--.example",
		"ada@ü-.example", "ada@-ü.example", "ada@ab--ü.example", "ada@üü--a.example",
		"ada@a·b.example", "ada@\u0375a.example", "ada@a\u05f3.example", "ada@a・b.example", "ada@ا٠۰.example", "ada@\u0640ا.example",
		"ada@a\u200cb.example", "ada@ب\u200c1.example", "ada@ا\u200cب.example", "ada@नि\u200da.example", "ada@\u0301a.example",
		"ada@א1a.example", "ada@אב.1com.example", "ada@1א.example", // right to left
		"ada\ufe0f@example.com", "ada@exa\ufe0fmple.com", "a\u034fda@example.com", "a\u3164da@example.com",
		strings.Repeat("ａ", 22) + "@example.com", // 66 bytes as typed, which is what a message goes to
		"ada\u200b@example.com", "ada@exam\u200bple.com", "ada\x00@example.com", "ada\u202e@example.com", "ada@example\u00ad.com", "a\ue000@example.com",
		"ada@\u200dexample.com", "ada@אa.example",
		strings.Repeat("a", 65) + "@example.com",
		strings.Repeat("é", 33) + "@example.com",
		"ada@" + strings.Repeat("a", 64) + ".example",
		strings.Repeat("a", 64) + "@" + strings.Repeat("ü"+strings.Repeat("a", 54)+".", 3) + "example", // in ASCII 261 bytes
	} {
		if got, code := e.checkEmail(email); code != EmailInvalid {
			t.Errorf("%q is %q (%s)", email, got, code)
		}
	}
}

func TestEmailHasNoWhiteSpaceOfAnyKind(t *testing.T) {
	t.Parallel()
	e := testEngine(t)
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !unicode.Is(unicode.White_Space, r) {
			continue
		}
		for _, email := range []string{string(r), "a" + string(r) + "da@example.com", "ada@example.com" + string(r), string(r) + "ada@example.com"} {
			if _, code := e.checkEmail(email); code != EmailHasWhitespace {
				t.Errorf("%q gets %q", email, code)
			}
		}
	}
}

func TestLengthOfAnAddressIsInCodePoints(t *testing.T) {
	t.Parallel()
	e := testEngine(t, "signup.max_length_email=20")
	for email, want := range map[string]Code{
		"éééééééé@example.com":  "",
		"ééééééééé@example.com": EmailTooLong,
		"       @example.com  ": EmailTooLong, // the length comes first
	} {
		if _, code := e.checkEmail(email); code != want {
			t.Errorf("%q gets %q, want %q", email, code, want)
		}
	}
}

func TestKeywordsInAddressesAreRefusedInAnySpelling(t *testing.T) {
	t.Parallel()
	e := testEngine(t, "user_validation.reject_email=Admin, bücher, ｒｏｏｔ, @evil.example")
	for _, email := range []string{
		"admin@example.com", "ADMIN@example.com", "xadminx@example.com", "ａｄｍｉｎ@example.com", "ada@admin.example",
		"ada@BÜCHER.example", "ada@xn--bcher-kva.example", "bu\u0308cher@example.com", "root@example.com", "ada@EVIL.example",
	} {
		if _, code := e.checkEmail(email); code != EmailInvalid {
			t.Errorf("%q gets %q", email, code)
		}
	}
	if _, code := e.checkEmail("ada@good.example"); code != "" {
		t.Errorf("a good address gets %q", code)
	}
}

func TestAddressMayBeOptional(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "signup.is_email_required=False")
	first, second := w.account("ada", ""), w.account("bob", "")
	if first == second {
		t.Fatal("two accounts are one")
	}
	if got := len(w.list("mail/")); got != 0 {
		t.Errorf("%d addresses have owners", got)
	}
	for _, e := range w.list(record.EventPrefix) {
		if recordOf[record.Event](t, e).Destination == record.MessageDestination {
			t.Error("there is a message without a receiver")
		}
	}
	if r := w.run("signup", ask("eve", "none")); r.codes() != "E005001" {
		t.Errorf("an address that is given is not checked: %s", r.text)
	}
	w.checkInvariants()
}

// Messages go to exactly what was typed, whatever the canonical form is.
func TestAddressIsKeptAsTyped(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "signup.is_approval_needed=False")
	const typed = "Ａda.Lovelace@BÜCHER.example"
	token := w.claim("ada", typed)
	w.mustRun("dispatch", `{}`)
	id := w.confirm(token).UserID
	if r := w.mustRun("get", GetRequest{UserID: id}); r.User.Email != typed {
		t.Errorf("get shows %q", r.User.Email)
	}
	for range 3 {
		w.mustRun("dispatch", `{}`)
		w.pass(minute)
	}
	messages := 0
	for _, call := range w.calls {
		var data messageData
		if call.Service != "mailer" {
			continue
		}
		messages++
		if readBody(t, call, &data); data.To != typed {
			t.Errorf("the message goes to %q", data.To)
		}
	}
	if messages != 2 {
		t.Errorf("%d messages", messages)
	}
}

// The canonical form of an address with any code point is stable: normalizing
// it, or writing it in upper case, does not change it.
func TestCanonicalAddressOfEveryCodePoint(t *testing.T) {
	t.Parallel()
	accepted := 0
	for r := rune(0); r <= 0x1ffff; r++ {
		if !unicode.IsGraphic(r) || unicode.In(r, unicode.Han, unicode.Hangul) && r%37 != 0 {
			continue // there are many, and all are alike
		}
		for _, email := range []string{"a" + string(r) + "b@example.com", "a@b" + string(r) + "b.example"} {
			address, display, ok := identity.Address(email)
			if !ok {
				continue
			}
			accepted++
			others := []string{address, display, norm.NFD.String(email)}
			if upper := unicode.ToUpper(r); unicode.ToLower(upper) == r && email[1] != '@' {
				others = append(others, "A"+string(upper)+"B@EXAMPLE.COM")
			}
			for _, other := range others {
				if again, _, ok := identity.Address(other); !ok || again != address {
					t.Errorf("%+q becomes %+q, but %+q becomes %+q (%v)", email, address, other, again, ok)
				}
			}
			if hasSpace(address) || strings.Count(address, "@") != 1 || len(address) > identity.MaxAddressBytes {
				t.Errorf("%+q becomes %+q", email, address)
			}
		}
	}
	if accepted < 30_000 {
		t.Errorf("only %d addresses were accepted", accepted)
	}
}

// Every accepted address is delivered exactly as typed, and has the same owner
// in every spelling.
func FuzzAddressIsDeliveredAsTyped(f *testing.F) {
	for _, seed := range []string{
		"ada@example.com", "ADA@EXAMPLE.COM", "Ａda.Lovelace@BÜCHER.example", "rene\u0301@bu\u0308cher。example", "ΣΟΦΟΣ@ΒΌΛΟΣ.com", "ada@XN--BCHER-KVA.example",
		"ada@FAẞ.example", "!#$%&'*+-/=?^_`{|}~@example.com", "用户@例え．テスト", "ada@نامه\u200cای.example", "ﬁ<&>@example.com", "ﬀ@ﬀ.fr",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		if !utf8.ValidString(typed) || typed == "" {
			return // no request contains it
		}
		w := newWorld(t, "signup.callback_service_list=", "user_validation.reject_email=", "signup.max_length_email=254")
		if r := w.run("signup", ask("first", typed)); !r.OK() {
			return
		}
		w.drain()
		if len(w.calls) != 1 {
			t.Fatalf("%d messages", len(w.calls))
		}
		var message messageData
		if readBody(t, w.calls[0], &message); message.To != typed {
			t.Errorf("%q is sent to %q", typed, message.To)
		}
		w.confirm(message.Token)
		if user := w.mustRun("get", GetRequest{Username: "first"}).User; user.Email != typed || user.SignUpStatus != signUpFinal {
			t.Errorf("%q became %+v", typed, user)
		}
		address, display, _ := identity.Address(typed)
		for _, other := range []string{address, display} {
			if r := w.run("verify", login("", other, goodPassword)); r.codes() != string(NotAllowed) || w.audit[len(w.audit)-1].TargetUser == "" {
				t.Errorf("%q is not found by %q: %s", typed, other, r.text)
			}
		}
		w.checkInvariants()
	})
}

// Messages go to what was typed, so that must fit too, even if its canonical
// form is shorter.
func TestAddressAsTypedFitsIntoAPath(t *testing.T) {
	t.Parallel()
	e := testEngine(t)
	for letters, want := range map[int]Code{50: "", 60: EmailInvalid} { // of three bytes each
		email := "ada@" + strings.Repeat("ａ", letters) + "." + strings.Repeat("ａ", 30) + ".example"
		if _, code := e.checkEmail(email); code != want {
			t.Errorf("an address of %d bytes gets %q, want %q", len(email), code, want)
		}
	}
}
