// Package e2e holds the tests of the whole way: an emulated PBX on one side,
// the native host with the real library on the other, TCP between them. They
// need what `make build` makes and fail, naming it, when it is not there.
package e2e
