package vpbx

import (
	"context"
	"time"
)

// Assistants (§3.5.8, §3.5.9): language models that the account sets upon
// conversations. The newest edition of the document only.

// AssistantsRequest asks for the assistants of a product.
type AssistantsRequest struct {
	ProductID string `json:"product_id,omitzero" header:"X-Product-Id" check:"required,digits,max=20,ref=product"`
}

// Assistant is one of the account.
type Assistant struct {
	ID           int64            `json:"id"`
	Name         string           `json:"name"`
	Status       string           `json:"status" words:"active,disabled"`
	Model        string           `json:"model"`
	CreatedAt    time.Time        `json:"created_at" time:"iso"`
	UpdatedAt    time.Time        `json:"updated_at" time:"iso"`
	OutputFields []AssistantField `json:"output_fields"`
}

// AssistantField is what an assistant finds out.
type AssistantField struct {
	ID          int64     `json:"id"`
	Key         string    `json:"key"`
	Label       string    `json:"label"`
	Type        string    `json:"type" words:"string,boolean"`
	Description string    `json:"description"`
	CreatedAt   time.Time `json:"created_at" time:"iso"`
	UpdatedAt   time.Time `json:"updated_at" time:"iso"`
}

var assistants = declare[AssistantsRequest, listOf[Assistant]]("/s2t/queries/ai_agents")

// Assistants lists the assistants (§3.5.8). Code: 3000, a field is wrong (with
// HTTP 400).
//
//vpbx:op POST /s2t/queries/ai_agents
func (c *Client) Assistants(ctx context.Context, r AssistantsRequest) ([]Assistant, error) {
	return list(ctx, c, assistants, r)
}

// FindingsRequest asks what assistants found in conversations. The ids are
// those of Conversations.
type FindingsRequest struct {
	PointID         string   `json:"point_id,omitzero" header:"X-Point-Id" check:"required,digits,max=20,ref=point"`
	CommunicationID []string `json:"communication_id" check:"required,id,ref=communication"`
}

// Finding is what one assistant found in one conversation.
type Finding struct {
	CommunicationID string         `json:"recording_id"` // so named by the document; its example has the id that was asked for
	AssistantID     int64          `json:"assistant_id"`
	ProcessedAt     time.Time      `json:"processed_at" time:"iso"`
	Values          []FindingValue `json:"result"`
}

// FindingValue is a field with its value, a text also where the field is a
// boolean.
type FindingValue struct {
	ID    int64  `json:"id"` // of AssistantField
	Name  string `json:"name"`
	Value string `json:"value"`
}

var findings = declare[FindingsRequest, listOf[Finding]]("/s2t/queries/recording_agents")

// Findings brings what assistants found (§3.5.9). A wrong request is answered
// with HTTP 400 and 3000.
//
//vpbx:op POST /s2t/queries/recording_agents
func (c *Client) Findings(ctx context.Context, r FindingsRequest) ([]Finding, error) {
	return list(ctx, c, findings, r)
}
