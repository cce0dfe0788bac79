// Package browser drives the pages of mango-sim and mango-hub in a real Chromium.
//
// It is a module of its own: what it needs (chromedp and the types of the
// DevTools protocol, 30 MB of source) reaches neither the libraries nor those
// who import them, and `go test ./...` of the project asks nobody for a browser.
package browser
