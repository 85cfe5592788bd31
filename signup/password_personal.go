package signup

import (
	"cmp"
	"slices"
	"strings"
)

// personalTexts returns the texts from which personal words are made: those of
// the request and of the configuration that are not empty.
func (r *run) personalTexts(request SignupRequest) []string {
	ctx := request
	local, _, _ := strings.Cut(ctx.Email, "@")
	texts := append([]string{
		ctx.Username, ctx.Email, local, ctx.DisplayName, ctx.FirstName, ctx.MiddleName, ctx.LastName,
		cmp.Or(request.CurrentApp, r.config.Apps.Default), ctx.SignupApp, r.config.Main.SiteName,
	}, ctx.AppList...)
	return slices.DeleteFunc(texts, func(text string) bool { return text == "" })
}
