// Package mail writes the mails of Enrol: it turns a call of the message service
// into a mail in one of seven languages, as plain text and HTML.
//
// A Renderer is the entry point. New makes a service that sends its mails, and
// OpenMailbox one that keeps them, for trying things out. The same call always
// gives the same mail, byte for byte, so that a delivery that is repeated repeats
// its mail.
//
// Texts are in catalogue/, one file per language. They hold placeholders and no
// logic, so that programs in other languages can use the same files: RATIONALE.md
// says why. Templates of an operator can replace any of them.
package mail
