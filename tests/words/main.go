// Words packs the word lists of zxcvbn for package words. It reads them from
// standard input, a JSON object of lists by name, each in the order of its
// ranks, and writes the input of Load to standard output. make words runs both.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/enrol-sso/enrol/signup/zxcvbn/words"
)

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "words:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	var named map[string][]string
	if err := json.NewDecoder(in).Decode(&named); err != nil {
		return err
	}
	var lists [len(words.Lists)][]string
	for i, name := range words.Lists {
		list, ok := named[name]
		if !ok {
			return fmt.Errorf("there is no list %s", name)
		}
		lists[i] = list
	}
	if len(named) != len(lists) {
		return fmt.Errorf("there are %d lists, not %d", len(named), len(lists))
	}
	data, err := words.Pack(lists)
	if err != nil {
		return err
	}
	_, err = out.Write(data)
	return err
}
