// Package numbers holds sdk/phone against a well-known library of telephone
// numbers. It is a module of its own, so that the library's megabytes of
// metadata reach nobody.
package numbers
