package doctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/gorilla/websocket"
)

// Way is a connection to be tried, step by step.
type Way struct {
	Name  string   // for people: «хаб»
	URL   *url.URL // http, https, ws or wss
	CA    string   // PEM file of who signed the certificate; "" = those of the system
	Proxy *url.URL // nil = none
	TLS12 bool     // the other side speaks TLS 1.2 only
}

const (
	stepTime = 10 * time.Second
	// expiresSoon is how early a certificate that ends is told of.
	expiresSoon = 14 * 24 * time.Hour
)

// Network tries ways: name, TCP, TLS, and the upgrade to a WebSocket told apart.
// It stops at the first step of a way that fails.
func (r *Report) Network(ctx context.Context, ways []Way) {
	r.begin("Сеть")
	for _, w := range ways {
		r.way(ctx, w)
	}
}

func (r *Report) way(ctx context.Context, w Way) {
	if w.Proxy != nil {
		r.add(Hint, "proxy", w.Name+": через прокси "+w.Proxy.Host, "")
		if r.tcp(ctx, w, w.Proxy.Host) {
			r.socket(ctx, w)
		}
		return
	}
	port := w.URL.Port()
	secure := w.URL.Scheme == "https" || w.URL.Scheme == "wss"
	if port == "" {
		port = "80"
		if secure {
			port = "443"
		}
	}
	address := net.JoinHostPort(w.URL.Hostname(), port)
	if r.dns(ctx, w) && r.tcp(ctx, w, address) && (!secure || r.tls(ctx, w, address)) {
		r.socket(ctx, w)
	}
}

func (r *Report) dns(ctx context.Context, w Way) bool {
	host := w.URL.Hostname()
	if net.ParseIP(host) != nil {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, stepTime)
	defer cancel()
	found, err := net.DefaultResolver.LookupHost(ctx, host)
	if err != nil {
		r.add(Error, "dns", fmt.Sprintf("%s: имя %s не разрешается", w.Name, host), "Проверьте имя в параметрах и DNS этого компьютера: nslookup "+host)
		return false
	}
	r.ok("dns", "%s: имя %s → %s", w.Name, host, found[0])
	return true
}

func (r *Report) tcp(ctx context.Context, w Way, address string) bool {
	d := net.Dialer{Timeout: stepTime}
	began := time.Now()
	conn, err := d.DialContext(ctx, "tcp", address)
	if err == nil {
		_ = conn.Close()
		r.ok("tcp", "%s: порт отвечает, %s, %d мс", w.Name, address, time.Since(began).Milliseconds())
		return true
	}
	var n net.Error
	if errors.As(err, &n) && n.Timeout() {
		r.add(Error, "tcp_timeout", fmt.Sprintf("%s: %s молчит", w.Name, address), "Компьютер выключен или порт закрыт брандмауэром: проверьте обе стороны")
		return false
	}
	r.add(Error, "tcp_refused", fmt.Sprintf("%s: %s не принимает соединений (%v)", w.Name, address, errors.Unwrap(err)), w.refusedRemedy())
	return false
}

// refusedRemedy is what to do when nobody listens.
func (w Way) refusedRemedy() string {
	if w.isSocket() {
		return "Проверьте, что хаб запущен (systemctl status mango-hub, в Windows — служба mango-hub) и порт в адресе тот же"
	}
	return "Проверьте api_url и исходящие соединения в брандмауэре; выход через прокси задаёт proxy"
}

func (w Way) isSocket() bool { return w.URL.Scheme == "ws" || w.URL.Scheme == "wss" }

func (w Way) config() (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: w.URL.Hostname()}
	if w.TLS12 {
		c.MaxVersion = tls.VersionTLS12
	}
	if w.CA == "" {
		return c, nil
	}
	pem, err := os.ReadFile(w.CA)
	c.RootCAs = x509.NewCertPool()
	if err == nil && !c.RootCAs.AppendCertsFromPEM(pem) {
		err = errors.New("в файле нет сертификата PEM")
	}
	return c, err
}

func (r *Report) tls(ctx context.Context, w Way, address string) bool {
	cfg, err := w.config()
	if err != nil {
		r.add(Error, "tls_ca", fmt.Sprintf("%s: файл центра сертификации %s: %v", w.Name, w.CA, err), "Укажите в hub.ca файл PEM центра, который подписал сертификат хаба")
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, stepTime)
	defer cancel()
	conn, err := (&tls.Dialer{Config: cfg}).DialContext(ctx, "tcp", address)
	if err != nil {
		code, text, remedy := refusedTLS(err)
		r.add(Error, code, w.Name+": "+text, remedy)
		return false
	}
	defer conn.Close()
	state := conn.(*tls.Conn).ConnectionState() //nolint:forcetypeassert // what a tls.Dialer gives
	leaf := state.PeerCertificates[0]
	text := fmt.Sprintf("%s: %s, сертификат до %s", w.Name, tls.VersionName(state.Version), leaf.NotAfter.Local().Format("02.01.2006"))
	if time.Until(leaf.NotAfter) < expiresSoon {
		r.add(Warning, "tls_expires", text, "Обновите сертификат: после этой даты связи не будет")
		return true
	}
	r.ok("tls", "%s", text)
	return true
}

// refusedTLS says why a certificate, or the talk about one, was refused.
func refusedTLS(err error) (code, text, remedy string) {
	var invalid x509.CertificateInvalidError
	var name x509.HostnameError
	var unknown x509.UnknownAuthorityError
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "tls_expired", "сертификат просрочен или ещё не действует: с " + invalid.Cert.NotBefore.Local().Format("02.01.2006") + " до " + invalid.Cert.NotAfter.Local().Format("02.01.2006"),
			"Проверьте дату на этом компьютере, затем обновите сертификат"
	case errors.As(err, &name):
		return "tls_name", "сертификат выписан на другое имя", "Укажите в параметрах имя из сертификата или выпустите сертификат на это имя"
	case errors.As(err, &unknown):
		return "tls_authority", "сертификат подписан неизвестным центром", "Укажите файл центра в hub.ca или установите его в систему; если не ждали своего центра — сертификат подменяет антивирус или прокси"
	}
	return "tls_failed", "TLS не согласован: " + err.Error(), "По этому порту может отвечать не TLS: сверьте порт и ws:// или wss:// в адресе; прокси и антивирус должны пропускать TLS 1.2"
}

// socket asks for the upgrade, and goes away: no session begins.
func (r *Report) socket(ctx context.Context, w Way) {
	if !w.isSocket() {
		return
	}
	cfg, err := w.config()
	if err != nil {
		return // told by tls
	}
	ctx, cancel := context.WithTimeout(ctx, stepTime)
	defer cancel()
	d := websocket.Dialer{TLSClientConfig: cfg, HandshakeTimeout: stepTime}
	if w.Proxy != nil {
		d.Proxy = http.ProxyURL(w.Proxy)
	}
	conn, resp, err := d.DialContext(ctx, w.URL.String(), nil)
	switch {
	case err == nil:
		_ = conn.Close()
		r.ok("websocket", "%s: WebSocket открыт, %s", w.Name, w.URL.Path)
	case resp != nil && resp.StatusCode == http.StatusServiceUnavailable:
		r.add(Error, "websocket_busy", w.Name+": занят или останавливается ("+resp.Status+")", "Повторите через минуту; если не проходит, посмотрите журнал хаба")
	case resp != nil:
		r.add(Error, "websocket", fmt.Sprintf("%s: WebSocket не открывается: %s на %s", w.Name, resp.Status, w.URL.Path), "Прокси перед хабом должен пропускать заголовки Upgrade и Connection, а путь адреса — совпадать с путём хаба (обычно /link)")
	default:
		code, text, remedy := refusedTLS(err)
		if _, bad := errors.AsType[*tls.CertificateVerificationError](err); !bad {
			code, text, remedy = "websocket", "WebSocket не открывается: "+err.Error(), "Отвечает не хаб, или прокси не пропускает WebSocket"
		}
		r.add(Error, code, w.Name+": "+text, remedy)
	}
}
