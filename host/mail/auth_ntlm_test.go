package mail

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"encoding/binary"
	"errors"
	"strings"
	"unicode/utf16"

	"github.com/emersion/go-sasl"
	"golang.org/x/crypto/md4" //lint:ignore SA1019 NTLM needs it
)

// ntlm is the server of NTLM (MS-NLMP), version 2 of its responses.
func ntlm(check func(user, password string) error) sasl.Server {
	challenge := []byte("8 bytes!")
	return &steps{next: []func(string) (string, error){
		func(negotiate string) (string, error) {
			if !strings.HasPrefix(negotiate, "NTLMSSP\x00\x01\x00\x00\x00") {
				return "", errors.New("not a NEGOTIATE_MESSAGE")
			}
			return string(ntlmChallenge(challenge)), nil
		},
		func(authenticate string) (string, error) {
			message := []byte(authenticate)
			if len(message) < 64 || !bytes.HasPrefix(message, []byte("NTLMSSP\x00\x03\x00\x00\x00")) {
				return "", errors.New("not an AUTHENTICATE_MESSAGE")
			}
			response, domain, user := ntlmField(message, 20), ntlmField(message, 28), ntlmField(message, 36)
			if len(response) < md5.Size {
				return "", errors.New("no response of version 2")
			}
			key := hmacMD5(md4Of(utf16LE(testPassword)), utf16LE(strings.ToUpper(textOfUTF16(user))), domain)
			proof := hmacMD5(key, challenge, response[md5.Size:])
			return "", check(textOfUTF16(user), passwordIf(hmac.Equal(proof, response[:md5.Size])))
		},
	}}
}

// ntlmChallenge returns a CHALLENGE_MESSAGE with the names of a server and the end of
// the list.
func ntlmChallenge(challenge []byte) []byte {
	const unicode, ntlm, targetInfo, extended = 0x1, 0x200, 0x800000, 0x80000
	name := utf16LE("EXAMPLE")
	info := append([]byte{2, 0, byte(len(name)), 0}, name...) // MsvAvNbDomainName
	info = append(info, 0, 0, 0, 0)                           // MsvAvEOL
	const header = 48
	message := []byte("NTLMSSP\x00\x02\x00\x00\x00")
	field := func(length, offset int) {
		message = binary.LittleEndian.AppendUint16(message, uint16(length))
		message = binary.LittleEndian.AppendUint16(message, uint16(length))
		message = binary.LittleEndian.AppendUint32(message, uint32(offset))
	}
	field(len(name), header)
	message = binary.LittleEndian.AppendUint32(message, unicode|ntlm|targetInfo|extended)
	message = append(message, challenge...)
	message = append(message, make([]byte, 8)...)
	field(len(info), header+len(name))
	return append(append(message, name...), info...)
}

// ntlmField returns the payload of the field at an offset, nil if it lies outside of
// the message.
func ntlmField(message []byte, at int) []byte {
	length, from := int(binary.LittleEndian.Uint16(message[at:])), int(binary.LittleEndian.Uint32(message[at+4:]))
	if from+length > len(message) {
		return nil
	}
	return message[from : from+length]
}

func md4Of(data []byte) []byte {
	h := md4.New()
	h.Write(data)
	return h.Sum(nil)
}

func hmacMD5(key []byte, parts ...[]byte) []byte {
	mac := hmac.New(md5.New, key)
	for _, part := range parts {
		mac.Write(part)
	}
	return mac.Sum(nil)
}

func utf16LE(text string) []byte {
	var out []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		out = binary.LittleEndian.AppendUint16(out, unit)
	}
	return out
}

func textOfUTF16(data []byte) string {
	var units []uint16
	for ; len(data) >= 2; data = data[2:] {
		units = append(units, binary.LittleEndian.Uint16(data))
	}
	return string(utf16.Decode(units))
}
