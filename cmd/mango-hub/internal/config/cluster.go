package config

import (
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"mangoofficesdk/sdk/journal/jetstream"
)

// Cluster is how several hubs serve one PBX together.
type Cluster struct {
	URLs         []string `toml:"urls" comment:"Серверы NATS JetStream, nats://host:4222 (tls:// — по TLS); пусто = хаб один, журнал в data_dir.\nServers of NATS JetStream; empty = one hub, with its journal in data_dir."`
	Credentials  string   `toml:"credentials" comment:"Файл учётных данных NATS (.creds); вместо него user и password. / File of NATS credentials; or user and password."`
	User         string   `toml:"user" comment:"Имя и пароль NATS; файл настроек тогда закрыт от других. / Name and password for NATS; others must not read this file then."`
	Password     string   `toml:"password"`
	TLSCA        string   `toml:"tls_ca" comment:"PEM-файл центра, которому верить у NATS и у других хабов; пусто = системные.\nPEM file of whom to trust with NATS and the other hubs; empty = the system's."`
	Replicas     int      `toml:"replicas" comment:"На скольких серверах NATS лежит журнал: 1, 3 или 5. / On how many servers of NATS the journal lies: 1, 3 or 5."`
	Name         string   `toml:"name" comment:"Имя этого хаба, у каждого своё; пусто = имя компьютера. / Name of this hub, unlike the others'; empty = this computer's."`
	Advertise    string   `toml:"advertise" comment:"Под каким адресом этот хаб видят другие хабы, http(s)://host:port. / Address under which the other hubs reach this one."`
	Secret       string   `toml:"secret" comment:"Общий секрет хабов, не короче 16 знаков; файл тогда закрыт от других. / Secret that the hubs share, 16 characters at least; others must not read this file then."`
	LeaseSeconds int      `toml:"lease_seconds" comment:"Через сколько секунд молчания ведущего его заменяют. / Seconds of a leader's silence after which another takes over."`
}

// minSecret is how long the secret of the hubs is at least.
const minSecret = 16

func defaultCluster() Cluster {
	return Cluster{URLs: []string{}, Replicas: 3, LeaseSeconds: int(jetstream.DefaultTTL / time.Second)}
}

// On tells whether there are to be several hubs.
func (c Cluster) On() bool { return len(c.URLs) > 0 }

// HubName is what this hub is called.
func (c Cluster) HubName() string {
	if c.Name != "" {
		return c.Name
	}
	name, _ := os.Hostname() // validate has looked
	return name
}

func (c Cluster) validate() error {
	if !c.On() {
		return nil
	}
	for _, s := range c.URLs {
		u, err := url.Parse(s)
		if err != nil || u.Host == "" || !slices.Contains([]string{"nats", "tls", "ws", "wss"}, u.Scheme) {
			return bad("cluster.urls", "%q, want nats://host:port", masked(s))
		}
	}
	if c.Credentials != "" && c.User != "" {
		return bad("cluster.credentials", "and cluster.user are both given: one of them is enough")
	}
	if (c.User == "") != (c.Password == "") {
		return bad("cluster.password", "and cluster.user belong together")
	}
	if !slices.Contains([]int{1, 3, 5}, c.Replicas) {
		return bad("cluster.replicas", "is %d, want 1, 3 or 5", c.Replicas)
	}
	if c.LeaseSeconds < 2 || c.LeaseSeconds > 120 {
		return bad("cluster.lease_seconds", "is %d, want 2 to 120", c.LeaseSeconds)
	}
	if c.HubName() == "" || strings.ContainsFunc(c.HubName(), func(r rune) bool { return r < ' ' }) {
		return bad("cluster.name", "is missing or not printable, and this computer has no name")
	}
	u, err := url.Parse(c.Advertise)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil {
		return bad("cluster.advertise", "is %q, want http://host:port or https://host:port, as the other hubs reach this one", c.Advertise)
	}
	if len(c.Secret) < minSecret {
		return bad("cluster.secret", "has %d characters, want %d at least: the same ones for all hubs", len(c.Secret), minSecret)
	}
	return nil
}

// Node is this hub's place in the cluster.
func (c Config) Node() (jetstream.Options, error) {
	if err := c.closed("cluster.secret"); err != nil {
		return jetstream.Options{}, err
	}
	return jetstream.Options{
		URL: strings.Join(c.Cluster.URLs, ","), Credentials: c.Cluster.Credentials, User: c.Cluster.User, Password: c.Cluster.Password,
		CA: c.Cluster.TLSCA, Key: c.PBX.Key, NodeName: c.Cluster.HubName(), Address: strings.TrimRight(c.Cluster.Advertise, "/"),
		Replicas: c.Cluster.Replicas, TTL: time.Duration(c.Cluster.LeaseSeconds) * time.Second,
	}, nil
}

// masked is a URL without who logs in.
func masked(s string) string {
	at := strings.LastIndex(s, "@")
	if at < 0 {
		return s
	}
	scheme, _, _ := strings.Cut(s, "://")
	return scheme + "://***" + s[at:]
}

func (c Cluster) masked() Cluster {
	c.URLs = slices.Clone(c.URLs)
	for i := range c.URLs {
		c.URLs[i] = masked(c.URLs[i])
	}
	for _, secret := range []*string{&c.Password, &c.Secret} {
		if *secret != "" {
			*secret = "***"
		}
	}
	return c
}
