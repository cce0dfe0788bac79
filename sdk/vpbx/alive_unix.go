//go:build unix

package vpbx

import (
	"crypto/tls"
	"net"
	"syscall"
	"time"
)

// aliveCheck is past at once: silent has looked already.
const aliveCheck = -time.Second

// silent looks, without waiting, whether the peer has sent anything or closed
// the connection: one system call.
func silent(conn net.Conn) bool {
	for {
		t, ok := conn.(*tls.Conn)
		if !ok {
			break
		}
		conn = t.NetConn()
	}
	c, ok := conn.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return false
	}
	var b [1]byte
	quiet := false
	err = raw.Read(func(fd uintptr) bool {
		_, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		quiet = err == syscall.EAGAIN //nolint:errorlint // a system call's own
		return true
	})
	return err == nil && quiet
}
