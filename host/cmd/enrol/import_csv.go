package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// csvReader reads accounts from CSV (RFC 4180) whose first record names the fields.
type csvReader struct {
	lines   *lineReader
	columns []column
}

// column is a field of CSV and how its text becomes JSON.
type column struct {
	name string
	read func(text string) (any, error)
}

// csvFields are the fields that CSV can have, besides attrs.NAME.
var csvFields = map[string]func(string) (any, error){
	"user_id": csvText, "username": csvText, "email": csvText, "password_hash": csvText, "current_app": csvText, "state": csvText,
	"display_name": csvText, "first_name": csvText, "middle_name": csvText, "last_name": csvText,
	"approval_status": csvText, "approval_status_mod_by": csvText,
	"app_list": csvList, "remote_addr": csvList, "confirm_token_hashes": csvList,
	"is_approval_needed": csvBool, "is_locked": csvBool, "password_must_change": csvBool,
	"sign_up_time": csvTime, "sign_up_confirm_time": csvTime, "approval_status_mod_time": csvTime,
	"locked_time": csvTime, "password_last_set": csvTime, "expires": csvTime,
}

const csvAttr = "attrs."

// byteOrderMark begins texts of some editors.
const byteOrderMark = "\ufeff"

// newAccountReader returns a reader of JSON Lines if the input begins with "{", and
// else of CSV.
func newAccountReader(in *input) (accountReader, error) {
	from, first, err := beginning(in)
	switch {
	case err != nil && !isEOF(err):
		return nil, err
	case err != nil || first == '{': // it is empty, or an object
		return &jsonReader{newLineReader(from)}, nil
	}
	return newCSVReader(from, in.name)
}

// beginning skips a byte order mark and white space, and returns the rest of the
// input with its first byte; io.EOF if there is none.
func beginning(in *input) (from *bufio.Reader, first byte, err error) {
	from = bufio.NewReader(in.Reader)
	if mark, _ := from.Peek(len(byteOrderMark)); string(mark) == byteOrderMark {
		_, _ = from.Discard(len(byteOrderMark))
	}
	for {
		first, err := from.ReadByte()
		switch {
		case isEOF(err):
			return from, 0, io.EOF
		case err != nil:
			return nil, 0, fmt.Errorf("%s cannot be read: %w", in.name, err)
		case !slices.Contains([]byte(" \t\r\n"), first):
			return from, first, from.UnreadByte()
		}
	}
}

func newCSVReader(from io.Reader, name string) (*csvReader, error) {
	r := &csvReader{lines: newLineReader(from)}
	header, _, bad, err := r.record()
	if err != nil || bad != "" {
		return nil, mistake("%s: the first line must name the fields of CSV, or be an account in JSON: %s", name, bad)
	}
	for i, field := range header {
		field = strings.TrimSpace(field)
		read := csvFields[field]
		if attr, ok := strings.CutPrefix(field, csvAttr); ok && attr != "" {
			read = csvText
		}
		if read == nil {
			return nil, mistake("%s: column %d is called %q, and accounts have no such field: see enrol help import", name, i+1, field)
		}
		if slices.ContainsFunc(r.columns, func(c column) bool { return c.name == field }) {
			return nil, mistake("%s: the field %s has two columns", name, field)
		}
		r.columns = append(r.columns, column{field, read})
	}
	return r, nil
}

// record reads the lines of one record. A field in quotes may have line breaks; a
// record has at most maxLine bytes.
func (r *csvReader) record() (fields []string, first line, bad string, err error) {
	var text []byte
	for {
		l, err := r.lines.next()
		switch {
		case err != nil && isEOF(err) && text != nil:
			return nil, first, "has a quote that is not closed", nil
		case err != nil:
			return nil, first, "", err
		case text == nil && l.blank():
			continue
		case text == nil:
			first = l
		}
		first.end = l.end
		if text = append(append(text, l.text...), '\n'); l.tooLong() || len(text) > maxLine {
			return nil, first, fmt.Sprintf("is longer than %d bytes, or has a quote that is not closed", maxLine), nil
		}
		if bytes.Count(text, []byte{'"'})%2 == 0 {
			break
		}
	}
	if !utf8.Valid(text) {
		return nil, first, "is not UTF-8", nil
	}
	fields, err = csv.NewReader(bytes.NewReader(text)).Read()
	if err != nil {
		return nil, first, "is no CSV: " + csvReason(err), nil
	}
	return fields, first, "", nil
}

// csvReason returns an error of CSV without its place in the record.
func csvReason(err error) string {
	if parse, ok := errors.AsType[*csv.ParseError](err); ok {
		err = parse.Err
	}
	return err.Error()
}

func (r *csvReader) next() (arriving, error) {
	fields, at, bad, err := r.record()
	each := arriving{line: at.number, end: at.end, bad: bad}
	if err != nil || bad != "" {
		return each, err
	}
	if len(fields) != len(r.columns) {
		each.bad = fmt.Sprintf("has %d fields, and the first line has %d", len(fields), len(r.columns))
		return each, nil
	}
	account, attrs := map[string]any{}, map[string]string{}
	for i, text := range fields {
		if text == "" {
			continue
		}
		name := r.columns[i].name
		if attr, ok := strings.CutPrefix(name, csvAttr); ok {
			attrs[attr] = text
			continue
		}
		value, err := r.columns[i].read(text)
		if err != nil {
			each.bad = name + " " + err.Error()
			return each, nil
		}
		account[name] = value
	}
	if len(attrs) > 0 {
		account["attrs"] = attrs
	}
	each.account, err = json.Marshal(account)
	return each, err
}

func isEOF(err error) bool { return errors.Is(err, io.EOF) }

func csvText(text string) (any, error) { return text, nil }

func csvList(text string) (any, error) {
	var list []string
	for entry := range strings.SplitSeq(text, ";") {
		list = append(list, strings.TrimSpace(entry))
	}
	return list, nil
}

// csvBool reads true and false as databases write them.
func csvBool(text string) (any, error) {
	switch strings.ToLower(text) {
	case "true", "t", "1", "yes":
		return true, nil
	case "false", "f", "0", "no":
		return false, nil
	}
	return nil, errors.New("must be true or false")
}

// csvTimes are the forms of times, in UTC where they have no zone.
var csvTimes = []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05Z07"}

func csvTime(text string) (any, error) {
	for _, form := range csvTimes {
		if at, err := time.Parse(form, text); err == nil {
			return at.UTC().Format("2006-01-02T15:04:05.000Z07:00"), nil
		}
	}
	return nil, errors.New("must be a time such as 2018-02-13T15:32:24Z")
}
