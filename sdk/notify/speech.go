package notify

import (
	"fmt"
	"time"
)

// Recognized is /events/recognized/offline: a file that was handed in for
// recognition is done (§3.10.3). It may come a minute late.
type Recognized struct {
	RequestID string    `json:"request_id"` // given when the file was handed in
	ProductID string    `json:"product_id"`
	Time      time.Time `json:"recognized" time:"ms"`
	Result    int       `json:"result"` // 1000 = done
	Message   string    `json:"message"`
}

func decodeRecognized(raw []byte) (Notification, string, error) {
	var r Recognized
	if err := read(raw, &r); err != nil {
		return nil, "", err
	}
	if r.RequestID == "" {
		return nil, "", fmt.Errorf("%w: request_id", ErrIncomplete)
	}
	return r, "", nil
}
