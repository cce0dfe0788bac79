package vpbx

import (
	"net"
	"time"
)

// aliveCheck is the wait for news on a kept connection before it is used: a
// read that does not wait is not to be had here.
const aliveCheck = time.Millisecond

func silence(net.Conn) func() bool { return func() bool { return true } }
