package admin

import "golang.org/x/sys/windows"

// unknownFamily is the system's word for a kind of socket that it has not.
const unknownFamily = windows.WSAEAFNOSUPPORT
