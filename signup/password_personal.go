package signup

import (
	"cmp"
	"slices"
	"strings"
)

// personalTexts returns the texts from which personal words are made: texts of
// the request and of the configuration that are not empty.
func (r *run) personalTexts(request SignupRequest) []string {
	local, _, _ := strings.Cut(request.Email, "@")
	texts := append([]string{
		request.Username, request.Email, local, request.DisplayName, request.FirstName, request.MiddleName, request.LastName,
		cmp.Or(request.CurrentApp, r.config.Apps.Default), request.SignupApp, r.config.Main.SiteName,
	}, request.AppList...)
	return slices.DeleteFunc(texts, func(text string) bool { return text == "" })
}
