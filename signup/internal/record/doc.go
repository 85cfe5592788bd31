// Package record defines the format of a store: the records, their keys, the
// only parser of keys, the ids, and the places of sealed texts. It makes no
// decisions: package signup defines what records mean for an operation.
package record
