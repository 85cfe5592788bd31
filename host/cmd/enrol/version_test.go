package main

import (
	"runtime/debug"
	"testing"
)

func TestBuildIsIdentified(t *testing.T) {
	module := &debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}}
	repository := &debug.BuildInfo{Main: debug.Module{Version: "v0.0.0-2026"}, Settings: []debug.BuildSetting{
		{Key: "vcs.modified", Value: "true"}, {Key: "vcs.revision", Value: "abc"},
	}}
	for name, one := range map[string]struct {
		info            *debug.BuildInfo
		version, commit string // of make build
		want            build
	}{
		"nothing":        {want: build{unknownBuild, ""}},
		"go install":     {info: module, want: build{"v1.2.3", ""}},
		"repository":     {info: repository, want: build{"v0.0.0-2026", "abc+changed"}},
		"make build":     {info: repository, version: "v1.0.0", commit: "def", want: build{"v1.0.0", "def"}},
		"make, no tags":  {info: repository, commit: "def", want: build{"v0.0.0-2026", "def"}},
		"make, no infos": {version: "v1.0.0", commit: "def", want: build{"v1.0.0", "def"}},
	} {
		linkedVersion, linkedCommit = one.version, one.commit
		if got := buildOf(one.info, one.info != nil); got != one.want {
			t.Errorf("%s: %v, want %v", name, got, one.want)
		}
	}
	linkedVersion, linkedCommit = "", ""
}
