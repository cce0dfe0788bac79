package notify

import (
	"fmt"
	"time"
)

// SMS is /events/sms: what became of a message in the end (§3.1.3). Its
// Result came before, and told that it was taken for sending.
type SMS struct {
	CommandID string    `json:"command_id"`
	Time      time.Time `json:"timestamp"`
	Reason    int       `json:"reason"` // 1000 = delivered, 43xx = failed
}

func decodeSMS(raw []byte) (Notification, string, error) {
	var s SMS
	if err := read(raw, &s); err != nil {
		return nil, "", err
	}
	if s.Reason == 0 {
		return nil, "", fmt.Errorf("%w: reason", ErrIncomplete)
	}
	return s, "", nil
}
