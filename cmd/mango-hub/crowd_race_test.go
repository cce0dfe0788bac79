//go:build linux && race

package main

// aCrowd is smaller where each of its steps is watched.
const aCrowd = 100
