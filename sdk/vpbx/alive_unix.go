//go:build unix

package vpbx

import (
	"crypto/tls"
	"net"
	"syscall"
	"time"
)

// aliveCheck is past at once: silence has looked already.
const aliveCheck = -time.Second

// silence makes what looks, without waiting, whether the peer has sent anything
// or closed the connection: one system call. It minds no deadline.
func silence(conn net.Conn) func() bool {
	for {
		t, ok := conn.(*tls.Conn)
		if !ok {
			break
		}
		conn = t.NetConn()
	}
	never := func() bool { return false }
	c, ok := conn.(syscall.Conn)
	if !ok {
		return never
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return never
	}
	var b [1]byte
	quiet := false
	look := func(fd uintptr) {
		_, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		quiet = err == syscall.EAGAIN //nolint:errorlint // a system call's own
	}
	return func() bool { return raw.Control(look) == nil && quiet }
}
