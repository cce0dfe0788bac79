package engine

import "time"

// The bodies of what the Office tells about itself: no notification is behind
// them, and Step emits none.

// ProgressBody: how far an operation is, in units of its own. Total 0 and
// ETASec 0: not known.
type ProgressBody struct {
	OperationID string `json:"operation_id"`
	Kind        string `json:"kind"` // English name of the method that began it
	Done        int    `json:"done"`
	Total       int    `json:"total"`
	ETASec      int64  `json:"eta_sec"`
}

// OperationResultBody: an operation is over. Code, Result, Field and Detail are
// of its error, as in sdk/text.Error; empty after success. Its text is rendered
// at the edge.
type OperationResultBody struct {
	OperationID string `json:"operation_id"`
	Kind        string `json:"kind"`
	Code        string `json:"code"`
	Result      int    `json:"result"` // of the PBX
	Field       string `json:"field"`
	Detail      string `json:"detail"`
	Path        string `json:"path"` // of the file it wrote
	Total       int    `json:"total"`
}

// ThrottleBody: requests to the PBX wait until then, or go again (Why "").
type ThrottleBody struct {
	Until time.Time `json:"until"`
	Why   string    `json:"why"` // a code of sdk/text
}
