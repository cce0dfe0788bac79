package status

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// metric is one family of the text format of Prometheus.
type metric struct {
	name, kind, help string
	samples          []sample
}

type sample struct {
	labels string // already in braces
	value  float64
}

func one[N int | int64 | float64](n N) []sample { return []sample{{"", float64(n)}} }

func label(name, value string) string {
	return "{" + name + `="` + strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`).Replace(value) + `"}`
}

func flag(is bool) []sample {
	if is {
		return one(1)
	}
	return one(0)
}

// ready reports whether notifications are taken and the PBX knows us. A hub that
// follows another is, as long as it can store what it takes.
func (s Status) ready() bool {
	if s.follows() {
		return s.Place.Reachable
	}
	return s.Registered && s.Journal.Trouble == ""
}

// follows tells that the office is another hub's.
func (s Status) follows() bool { return s.Place != nil && !s.Place.Leads }

// Ready tells why the hub is not ready; "" = it is.
func (s Status) Ready() string {
	switch {
	case s.ready():
		return ""
	case s.follows():
		return "cluster.urls"
	case s.Journal.Trouble != "":
		return string(s.Journal.Trouble)
	case s.Why != nil:
		return s.Why.Code
	}
	return "not registered"
}

// Metrics writes s in the text format of Prometheus (version 0.0.4).
func (s Status) Metrics(w io.Writer) error {
	for _, m := range s.metrics() {
		if _, err := fmt.Fprintf(w, "# HELP mango_hub_%s %s\n# TYPE mango_hub_%s %s\n", m.name, m.help, m.name, m.kind); err != nil {
			return err
		}
		for _, x := range m.samples {
			if _, err := fmt.Fprintf(w, "mango_hub_%s%s %v\n", m.name, x.labels, x.value); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s Status) metrics() []metric {
	list := s.ofHub()
	if s.follows() {
		return list
	}
	return append(list, s.ofOffice()...)
}

// ofHub are those that every hub has.
func (s Status) ofHub() []metric {
	var hooks []sample
	for _, cause := range slices.Sorted(maps.Keys(s.Hooks)) {
		hooks = append(hooks, sample{label("cause", cause), float64(s.Hooks[cause])})
	}
	list := []metric{
		{"info", "gauge", "The version that runs.", []sample{{label("version", s.Version), 1}}},
		{"start_time_seconds", "gauge", "When the hub was started.", one(s.Started.Unix())},
		{"webhook_requests_total", "counter", "Requests of the PBX and others by what became of them.", hooks},
		{"http_refused_total", "counter", "Requests turned away before they were read.", []sample{
			{label("cause", "pace"), float64(s.Pace)}, {label("cause", "crowd"), float64(s.Crowd)},
		}},
		{"goroutines", "gauge", "Goroutines of the process.", one(s.Goroutines)},
	}
	if p := s.Place; p != nil {
		list = append(list,
			metric{"leads", "gauge", "1 at the hub that serves the sessions.", flag(p.Leads)},
			metric{"leader_known", "gauge", "1 while this hub knows of one that leads.", flag(p.Leader != "")},
			metric{"cluster_reachable", "gauge", "1 while this hub is connected to the journal's cluster.", flag(p.Reachable)})
	}
	if !s.Expires.IsZero() {
		list = append(list, metric{"certificate_expiry_timestamp_seconds", "gauge", "When the certificate in use ends.", one(s.Expires.Unix())})
	}
	return list
}

// ofOffice are those of the connection to the PBX.
func (s Status) ofOffice() []metric {
	g, now := s.Guard, s.Now.Unix()
	list := []metric{
		{"registered", "gauge", "1 while the PBX accepts the key.", flag(s.Registered)},
		{"calls", "gauge", "Live legs of calls.", one(len(s.Calls))},
		{"sessions", "gauge", "Sessions of 1C.", one(len(s.Sessions))},
		{"users", "gauge", "Users of the integration.", one(s.Users)},
		{"employees", "gauge", "Employees that the PBX told of.", one(s.Employees)},
		{"store_events", "gauge", "Events that are not settled.", []sample{
			{label("state", "waiting"), float64(s.Journal.Waiting)}, {label("state", "parked"), float64(s.Journal.Parked)},
		}},
		{"store_usable", "gauge", "0 while nothing can be stored.", flag(s.Journal.Trouble == "")},
		{"last_notification_timestamp_seconds", "gauge", "When the last notification came; 0 = never.", one(s.Heard)},
		{"events_handed_over_total", "counter", "Events that a session took.", one(s.Handed)},
		{"events_redelivered_total", "counter", "Of them, those that had been offered before.", one(s.Redelivered)},
		{"delivery_seconds", "gauge", "From the notification to the session, of the last events.", []sample{
			{label("quantile", "0.5"), s.Latency.P50 / 1000}, {label("quantile", "0.99"), s.Latency.P99 / 1000},
		}},
		{"api_requests_total", "counter", "Requests to the PBX by what became of them.", []sample{
			{label("result", "admitted"), float64(g.Admitted)}, {label("result", "wrong"), float64(g.Wrong)},
			{label("result", "unauthorized"), float64(g.Unauthorized)}, {label("result", "overloaded"), float64(g.Overloaded)},
			{label("result", "lost"), float64(g.Lost)}, {label("result", "refused"), float64(g.Refused)},
		}},
		{"api_waiting", "gauge", "Requests to the PBX that wait for the rate guard.", one(g.Waiting)},
		{"api_paused", "gauge", "1 while the guard holds requests back.", flag(g.Paused > now || g.BackingOff > now || g.Doubtful > now)},
		{"sessions_total", "counter", "Sessions since the start by what became of them.", []sample{
			{label("event", "opened"), float64(s.Link.Opened)}, {label("event", "resumed"), float64(s.Link.Resumed)},
			{label("event", "lost"), float64(s.Link.Lost)}, {label("event", "refused"), float64(s.Link.Refused)},
			{label("event", "slow"), float64(s.Link.Slow)},
		}},
		{"operations_running", "gauge", "Long work of sessions.", one(s.Operations.Running)},
		{"panics_total", "counter", "Defects of ours that were survived.", one(s.Panics)},
	}
	if s.Skew != nil {
		skew := time.Duration(*s.Skew) * time.Millisecond
		list = append(list, metric{"clock_skew_seconds", "gauge", "The clock of the PBX less ours.", one(skew.Seconds())})
	}
	return list
}
