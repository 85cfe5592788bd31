package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

func completionCommand() *command {
	cmd := &command{
		name:    "completion",
		args:    "bash|zsh|fish",
		summary: "Prints a script that completes commands and flags in a shell.",
		details: `
Load it in the current shell as the first example does for bash, or keep it where
the shell finds it: for bash /etc/bash_completion.d/enrol, for zsh _enrol in a
directory of $fpath, for fish ~/.config/fish/completions/enrol.fish.`,
		examples: []string{
			"source <(enrol completion bash)",
			"enrol completion zsh > _enrol",
			"enrol completion fish > enrol.fish",
		},
	}
	cmd.run = func(c *console, args []string) error {
		args, err := newFlags(cmd).parse(c, args, 1, 1)
		if err != nil {
			return err
		}
		write := map[string]func(out io.Writer, all []outline){
			"bash": completeBash,
			"zsh":  completeZsh,
			"fish": completeFish,
		}[args[0]]
		if write == nil {
			return mistake("completion: %q is not a shell that it knows: write bash, zsh or fish", args[0])
		}
		all, err := outlines(c)
		if err != nil {
			return err
		}
		write(c.stdout, all)
		return nil
	}
	return cmd
}

// firstWords are the first words of all commands, with the summary of the command,
// or of the first one of a group.
func firstWords(all []outline) (words, meanings []string) {
	for _, each := range all {
		word, _, grouped := strings.Cut(each.name, " ")
		if slices.Contains(words, word) {
			continue
		}
		meaning := each.summary
		if grouped {
			var second []string
			for _, member := range group(word) {
				second = append(second, strings.TrimPrefix(member.name, word+" "))
			}
			meaning = "Has the commands " + strings.Join(second, ", ") + "."
		}
		words, meanings = append(words, word), append(meanings, meaning)
	}
	return words, meanings
}

// quoted is a text as one word of a POSIX shell.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

func completeBash(out io.Writer, all []outline) {
	words, _ := firstWords(all)
	fmt.Fprintf(out, `# Completes enrol in bash. Printed by enrol completion bash.
_enrol() {
	local current=${COMP_WORDS[COMP_CWORD]} words
	COMPREPLY=()
	if ((COMP_CWORD == 1)); then
		words=%s
	else
		case "${COMP_WORDS[1]} ${COMP_WORDS[2]}" in
`, quoted(strings.Join(words, " ")))
	for _, word := range words {
		if members := group(word); members != nil {
			var second []string
			for _, member := range members {
				second = append(second, strings.TrimPrefix(member.name, word+" "))
			}
			fmt.Fprintf(out, "\t\t\"%s \"*) ((COMP_CWORD == 2)) && words=%s ;;&\n", word, quoted(strings.Join(second, " ")))
		}
	}
	fmt.Fprintf(out, "\t\t\"help \"*) ((COMP_CWORD == 2)) && words=%s ;;\n", quoted(strings.Join(words, " ")))
	fmt.Fprint(out, "\t\t\"completion \"*) ((COMP_CWORD == 2)) && words='bash fish zsh' ;;\n")
	for _, each := range all {
		if len(each.flags) == 0 {
			continue
		}
		pattern := `"` + each.name + `"`
		if !strings.Contains(each.name, " ") {
			pattern = `"` + each.name + ` "*`
		}
		var flags []string
		for _, flag := range each.flags {
			flags = append(flags, "--"+flag.name)
		}
		fmt.Fprintf(out, "\t\t%s) [[ $current == -* ]] && words=%s ;;\n", pattern, quoted(strings.Join(flags, " ")))
	}
	fmt.Fprint(out, `		esac
	fi
	if [[ -n $words ]]; then
		COMPREPLY=($(compgen -W "$words" -- "$current"))
	else
		COMPREPLY=($(compgen -f -- "$current"))
	fi
}
complete -o filenames -F _enrol enrol
`)
}

func completeZsh(out io.Writer, all []outline) {
	words, meanings := firstWords(all)
	entry := func(word, meaning string) string {
		return quoted(word + ":" + strings.TrimSuffix(meaning, "."))
	}
	fmt.Fprint(out, "#compdef enrol\n# Completes enrol in zsh. Printed by enrol completion zsh.\n_enrol() {\n\tlocal -a entries\n\tif ((CURRENT == 2)) || [[ $words[2] == help && $CURRENT == 3 ]]; then\n\t\tentries=(\n")
	for i, word := range words {
		fmt.Fprintf(out, "\t\t\t%s\n", entry(word, meanings[i]))
	}
	fmt.Fprint(out, "\t\t)\n\t\t_describe command entries\n\t\treturn\n\tfi\n\tcase \"$words[2] $words[3]\" in\n")
	fmt.Fprint(out, "\t'completion '*) ((CURRENT == 3)) && entries=(bash fish zsh) && _describe shell entries && return ;;\n")
	for _, word := range words {
		if members := group(word); members != nil {
			fmt.Fprintf(out, "\t%s*)\n\t\tif ((CURRENT == 3)) && [[ $PREFIX != -* ]]; then\n\t\t\tentries=(\n", quoted(word+" "))
			for _, member := range members {
				fmt.Fprintf(out, "\t\t\t\t%s\n", entry(strings.TrimPrefix(member.name, word+" "), member.summary))
			}
			fmt.Fprint(out, "\t\t\t)\n\t\t\t_describe command entries\n\t\t\treturn\n\t\tfi ;|\n")
		}
	}
	for _, each := range all {
		pattern := quoted(each.name+" ") + "*"
		if strings.Contains(each.name, " ") {
			pattern = quoted(each.name)
		}
		if len(each.flags) == 0 {
			continue
		}
		fmt.Fprintf(out, "\t%s)\n\t\tentries=(\n", pattern)
		for _, flag := range each.flags {
			fmt.Fprintf(out, "\t\t\t%s\n", entry("--"+flag.name, strings.ReplaceAll(flag.brief(), ":", `\:`)))
		}
		fmt.Fprint(out, "\t\t) ;;\n")
	}
	fmt.Fprint(out, "\tesac\n\tif [[ $PREFIX == -* ]] && ((#entries)); then\n\t\t_describe -o flag entries\n\telse\n\t\t_files\n\tfi\n}\nif [[ $funcstack[1] == _enrol ]]; then _enrol \"$@\"; else compdef _enrol enrol; fi\n")
}

func completeFish(out io.Writer, all []outline) {
	words, meanings := firstWords(all)
	fmt.Fprint(out, `# Completes enrol in fish. Printed by enrol completion fish.
function __enrol_at -d 'The words before the cursor begin with these'
    set -l typed (commandline -opc)
    string match -q -- "enrol $argv *" "enrol $typed[2..] "
end
function __enrol_after -d 'The words before the cursor are these'
    set -l typed (commandline -opc)
    test "$typed[2..]" = "$argv"
end
`)
	for i, word := range words {
		fmt.Fprintf(out, "complete -c enrol -f -n __enrol_after -a %s -d %s\n", word, quoted(meanings[i]))
		fmt.Fprintf(out, "complete -c enrol -f -n '__enrol_after help' -a %s -d %s\n", word, quoted(meanings[i]))
		for _, member := range group(word) {
			fmt.Fprintf(out, "complete -c enrol -f -n '__enrol_after %s' -a %s -d %s\n", word, strings.TrimPrefix(member.name, word+" "), quoted(member.summary))
		}
	}
	fmt.Fprint(out, "complete -c enrol -f -n '__enrol_after completion' -a 'bash fish zsh'\n")
	for _, each := range all {
		at := "__enrol_at " + each.name
		for _, member := range group(each.name) { // a command and a group
			at += "; and not __enrol_at " + member.name
		}
		for _, flag := range each.flags {
			takes := ""
			if flag.value != "" {
				takes = " -r"
			}
			fmt.Fprintf(out, "complete -c enrol -n '%s' -l %s%s -d %s\n", at, flag.name, takes, quoted(flag.brief()))
		}
	}
}
