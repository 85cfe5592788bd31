// Package website has what all pages for browsers share: the headers of answers,
// the stylesheet, files that browsers keep, forms, and counts of requests. It knows
// no page.
package website
