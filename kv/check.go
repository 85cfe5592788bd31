package kv

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

// CheckKeys refuses the keys of an invalid Get: more than MaxGetKeys, or an
// invalid key. Stores call it, like CheckBatch and CheckScan, so that all of
// them refuse the same calls before they do any work. Errors name a key's place
// in the call, never its text.
func CheckKeys(keys []string) error {
	if len(keys) > MaxGetKeys {
		return tooMany("keys in a get", len(keys), MaxGetKeys)
	}
	for i, key := range keys {
		if err := checkKey("key", i, key); err != nil {
			return err
		}
	}
	return nil
}

// CheckScan refuses a limit that a Scan cannot have.
func CheckScan(limit int) error {
	if limit < 0 {
		return errors.New("kv: the limit of a scan is negative")
	}
	if limit > MaxScanLimit {
		return tooMany("entries in a scan", limit, MaxScanLimit)
	}
	return nil
}

// CheckBatch refuses a batch that exceeds the limits, changes a key twice, or
// contains an invalid key or value.
func CheckBatch(batch Batch) error {
	if n := len(batch.Checks); n > MaxChecks {
		return tooMany("checks in a commit", n, MaxChecks)
	}
	changes := len(batch.Puts) + len(batch.Deletes)
	if changes > MaxChanges {
		return tooMany("changes in a commit", changes, MaxChanges)
	}
	size := 0
	for i, check := range batch.Checks {
		if err := checkKey("check", i, check.Key); err != nil {
			return err
		}
		size += len(check.Key)
	}
	changed := make(map[string]bool, changes)
	change := func(what string, i int, key string) error {
		if err := checkKey(what, i, key); err != nil {
			return err
		}
		if changed[key] {
			return misfit(what, i, "changes a key that the batch changes already")
		}
		changed[key] = true
		size += len(key)
		return nil
	}
	for i, put := range batch.Puts {
		if err := change("put", i, put.Key); err != nil {
			return err
		}
		if len(put.Data) > MaxValueBytes {
			return misfit("put", i, "has a value longer than "+strconv.Itoa(MaxValueBytes)+" bytes")
		}
		if !utf8.ValidString(put.Data) {
			return misfit("put", i, "has a value that is not UTF-8")
		}
		size += len(put.Data)
	}
	for i, key := range batch.Deletes {
		if err := change("delete", i, key); err != nil {
			return err
		}
	}
	if size > MaxBatchBytes {
		return tooMany("bytes in a commit", size, MaxBatchBytes)
	}
	return nil
}

func checkKey(what string, i int, key string) error {
	switch {
	case key == "":
		return misfit(what, i, "has an empty key")
	case len(key) > MaxKeyBytes:
		return misfit(what, i, "has a key longer than "+strconv.Itoa(MaxKeyBytes)+" bytes")
	case !utf8.ValidString(key):
		return misfit(what, i, "has a key that is not UTF-8")
	case strings.IndexByte(key, 0) >= 0:
		return misfit(what, i, "has a key with a NUL in it")
	}
	return nil
}

func tooMany(what string, n, most int) error {
	return errors.New("kv: " + strconv.Itoa(n) + " " + what + ", at most " + strconv.Itoa(most) + " are allowed")
}

func misfit(what string, i int, why string) error {
	return errors.New("kv: " + what + " " + strconv.Itoa(i) + " " + why)
}
