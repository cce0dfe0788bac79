// Package jetstream proves sdk/journal/jetstream against real NATS servers:
// processes of their own, that can be killed.
//
// It is a module of its own, so that the server (15 MB of it) reaches neither
// the hub nor those who import the project.
package jetstream
