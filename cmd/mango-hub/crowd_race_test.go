//go:build race

package main

// aCrowd is smaller where each of its steps is watched.
const aCrowd = 100
