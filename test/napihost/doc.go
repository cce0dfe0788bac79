// Package napihost drives napi-host, the small C program that loads a 1C
// Native API component and speaks JSON lines (cmd/napi-host/README.md).
//
// It plays 1C for the end-to-end tests, for `make demo` and for the console
// of mango-addin: it loads a library, creates objects, calls methods and
// collects external events. It never loads a library into its own process:
// two Go runtimes in one process can hang each other.
package napihost
