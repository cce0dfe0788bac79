package jetstream_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"go.uber.org/goleak"
)

// serverEnv makes a process of this test program a NATS server.
const serverEnv = "MANGO_TEST_NATS_SERVER"

func TestMain(m *testing.M) {
	if raw := os.Getenv(serverEnv); raw != "" {
		if err := serve(raw); err != nil {
			fmt.Fprintln(os.Stderr, "nats-server:", err)
			os.Exit(1)
		}
		return
	}
	if raw := os.Getenv(hubEnv); raw != "" {
		if err := hub(raw); err != nil {
			fmt.Fprintln(os.Stderr, "hub:", err)
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		common.stop()
		_ = os.RemoveAll(program.dir)
		os.Exit(code)
	}))
}

// setup is what a server is told.
type setup struct {
	Name, Dir         string
	Port, ClusterPort int
	Routes            []string
	MaxPayload        int32
	Deny              []string // subjects that its one user must not send to, until allow
}

// The user of a server that denies something.
const natsUser, natsPassword = "hub", "secret"

func serve(raw string) error {
	var s setup
	if err := json.Unmarshal([]byte(raw), &s); err != nil {
		return err
	}
	opts := &server.Options{
		ServerName: s.Name, Host: "127.0.0.1", Port: s.Port, JetStream: true, StoreDir: s.Dir,
		SyncAlways: true, NoSigs: true, NoLog: os.Getenv("MANGO_TEST_NATS_LOG") == "", MaxPayload: s.MaxPayload,
		JetStreamMaxStore: 1 << 30, JetStreamMaxMemory: 64 << 20,
	}
	if s.ClusterPort != 0 {
		opts.Cluster = server.ClusterOpts{Name: "mango", Host: "127.0.0.1", Port: s.ClusterPort}
		for _, r := range s.Routes {
			u, err := url.Parse(r)
			if err != nil {
				return err
			}
			opts.Routes = append(opts.Routes, u)
		}
	}
	if len(s.Deny) > 0 {
		opts.Users = []*server.User{{
			Username: natsUser, Password: natsPassword,
			Permissions: &server.Permissions{Publish: &server.SubjectPermission{Deny: s.Deny}},
		}}
	}
	srv, err := server.NewServer(opts)
	if err != nil {
		return err
	}
	srv.ConfigureLogger()
	srv.Start()
	if !srv.ReadyForConnections(20 * time.Second) {
		return fmt.Errorf("not ready")
	}
	defer srv.Shutdown()
	// The pipe ends with the test program, whatever ended that.
	for raw := make([]byte, 1); ; {
		if _, err := os.Stdin.Read(raw); err != nil {
			return nil
		}
		opts = opts.Clone()
		opts.Users = []*server.User{{Username: natsUser, Password: natsPassword}}
		if err := srv.ReloadOptions(opts); err != nil {
			return err
		}
	}
}

// natsServer is a server's process.
type natsServer struct {
	setup setup
	cmd   *exec.Cmd
	stdin io.WriteCloser
}

func (s *natsServer) url() string { return "nats://127.0.0.1:" + strconv.Itoa(s.setup.Port) }

func (s *natsServer) start() error {
	raw, err := json.Marshal(s.setup)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	s.cmd = exec.Command(self)
	s.cmd.Env = append(os.Environ(), serverEnv+"="+string(raw))
	s.cmd.Stderr = os.Stderr
	if s.stdin, err = s.cmd.StdinPipe(); err != nil {
		return err
	}
	if err := s.cmd.Start(); err != nil {
		return err
	}
	addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(s.setup.Port))
	for range 400 {
		if c, err := net.Dial("tcp", addr); err == nil {
			return c.Close()
		}
		time.Sleep(25 * time.Millisecond)
	}
	return fmt.Errorf("no answer at %s", addr)
}

// allow lets its user do everything.
func (s *natsServer) allow() error {
	_, err := s.stdin.Write([]byte{0})
	return err
}

// kill ends the process as a power failure would.
func (s *natsServer) kill() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait() // it was killed: that is the error
}

func (s *natsServer) stop() {
	if s.cmd != nil {
		_ = s.stdin.Close()
		s.kill()
	}
}

// freePort finds one; it is the server's a moment later.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

func newServer(t testing.TB, deny ...string) *natsServer {
	t.Helper()
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	s := &natsServer{setup: setup{Name: "alone", Dir: t.TempDir(), Port: port, Deny: deny}}
	if err := s.start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.stop)
	return s
}

// common is a server for all tests that do not kill it.
var common sharedServer

type sharedServer struct {
	once sync.Once
	natsServer
	err error
	dir string
}

func (s *sharedServer) get(t testing.TB) string {
	t.Helper()
	s.once.Do(func() {
		if s.setup.Port, s.err = freePort(); s.err != nil {
			return
		}
		if s.dir, s.err = os.MkdirTemp("", "mango-nats"); s.err != nil {
			return
		}
		s.setup.Name, s.setup.Dir = "common", s.dir
		s.err = s.start()
	})
	if s.err != nil {
		t.Fatal(s.err)
	}
	return s.url()
}

func (s *sharedServer) stop() {
	s.natsServer.stop()
	_ = os.RemoveAll(s.dir)
}
