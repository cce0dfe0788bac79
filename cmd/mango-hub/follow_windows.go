package main

// follow has nothing to do: a file has the rights of its folder.
func follow(_, _ string) error { return nil }
