package check

import (
	"context"
	"fmt"

	"mangoofficesdk/sdk/journal/jetstream"
)

// minPayload is what a message of the cluster takes at least: the largest
// notification known, a chat that was closed, stays under 100 KB.
const minPayload = 256 << 10

// Cluster looks at how the journal of several hubs is kept. replicas is how
// often it should be there.
func Cluster(ctx context.Context, describe func(context.Context) (jetstream.Facts, error), replicas int) Step {
	s := Step{Name: "cluster", RU: "Журнал в кластере NATS", EN: "The journal in the NATS cluster"}
	f, err := describe(ctx)
	if err != nil {
		s.FixRU = "Проверьте серверы NATS из cluster.urls и что у них включён JetStream"
		s.FixEN = "Look at the servers of cluster.urls, and that JetStream is on there"
		s.RU, s.EN, s.Detail = s.RU+": нет ответа", s.EN+": no answer", err.Error()
		return s
	}
	s.RU += fmt.Sprintf(": %s, копий %d, из них целых %d; max_payload %d КБ", f.Stream, f.Replicas, f.Current, f.MaxPayload>>10)
	s.EN += fmt.Sprintf(": %s, %d copies, %d of them whole; max_payload %d KB", f.Stream, f.Replicas, f.Current, f.MaxPayload>>10)
	switch {
	case f.Replicas < replicas:
		s.FixRU = fmt.Sprintf("Настроено копий %d: nats stream edit %s --replicas=%d, также KV_%s и OBJ_%s", replicas, f.Stream, replicas, f.Stream, f.Stream)
		s.FixEN = fmt.Sprintf("cluster.replicas is %d: nats stream edit %s --replicas=%d, and KV_%s and OBJ_%s too", replicas, f.Stream, replicas, f.Stream, f.Stream)
	case f.Current < f.Replicas:
		s.FixRU, s.FixEN = "Не все серверы NATS догнали журнал: проверьте, что они работают", "Not all servers of NATS have the whole journal: see that they run"
	case f.MaxPayload < minPayload:
		s.FixRU, s.FixEN = "Увеличьте max_payload серверов NATS: большое уведомление не поместится", "Raise max_payload of the NATS servers: a large notification does not fit"
	default:
		s.OK = true
		s.RU += "; sync_interval отсюда не виден: он должен быть always"
		s.EN += "; sync_interval cannot be seen from here: it has to be always"
	}
	return s
}
