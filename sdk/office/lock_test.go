package office_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/text"
)

// holderKey, in the environment, makes this test binary a process that holds
// an office of that key until its standard input ends.
const holderKey = "OFFICE_TEST_HOLDER_KEY"

// hold is the main function of the holder.
func hold(key string) int {
	o, err := office.Open(context.Background(), office.Config{
		Credentials: sign.Credentials{Key: key, Salt: sign.NewSalt("s")}, APIURL: "http://127.0.0.1:1/vpbx/",
		Listen: office.Listen{Address: "127.0.0.1:0"}, DataDir: os.TempDir(),
	})
	fmt.Println(code(err)) // what the parent waits for
	_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
	if err == nil {
		_ = o.Shutdown(context.Background())
	}
	return 0
}

// TestAnotherProcessHoldsTheKey: with other folders than ours it is still one
// of two that serve the same PBX. Killed, it frees the key.
func TestAnotherProcessHoldsTheKey(t *testing.T) {
	t.Parallel()
	cfg := config(t, newAPI(t))
	other := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	home := t.TempDir()
	other.Env = append(os.Environ(), holderKey+"="+cfg.Credentials.Key, "TMPDIR="+home, "TEMP="+home, "TMP="+home, "HOME="+home)
	in, err := other.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "\n" {
		t.Fatalf("the other process: Open() = %q, %v, want success", line, err)
	}
	if o, err := office.Open(t.Context(), cfg); code(err) != text.AlreadyRunning {
		if err == nil {
			_ = o.Shutdown(t.Context())
		}
		t.Errorf("Open() beside another process = %v, want already_running", err)
	}
	if err := other.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = other.Wait() // "signal: killed"
	o, err := office.Open(t.Context(), cfg)
	if err != nil {
		t.Fatalf("Open() after the other process was killed = %v", err)
	}
	if err := o.Shutdown(t.Context()); err != nil {
		t.Errorf("Shutdown() = %v", err)
	}
}
