//go:build linux && !race

package main

// aCrowd is how many sessions a large company has.
const aCrowd = 1000
