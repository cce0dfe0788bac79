package vpbx

import (
	"context"

	"mangoofficesdk/sdk/text"
)

// BalanceRequest has no parameters.
type BalanceRequest struct{}

// Balance of the account.
type Balance struct {
	Amount   float64
	Currency string // "RUB"
	// RespondedAt is "YYYY-MM-DD HH:MM:SS"; the document names no zone.
	RespondedAt string
}

type balanceAnswer struct {
	Balance    *float64 `json:"balance"`
	Currency   string   `json:"currency"`
	ResponseAt string   `json:"response_at"`
}

var balance = declare[BalanceRequest, balanceAnswer]("/vpbx/account/balance")

// Balance reads the balance (§3.7.6): twice a second at most (§1.4.2). Codes of
// its chapter: 2230, 3000, 3100, 31xx, 3300, 5xxx.
//
//vpbx:op POST /vpbx/account/balance
func (c *Client) Balance(ctx context.Context) (Balance, error) {
	a, err := call(ctx, c, balance, BalanceRequest{})
	switch {
	case err != nil:
		return Balance{}, err
	case a.Balance == nil:
		return Balance{}, empty(balance.op)
	}
	return Balance{*a.Balance, a.Currency, a.ResponseAt}, nil
}

// IncomingLinesRequest has no parameters.
type IncomingLinesRequest struct{}

// IncomingLine is a number of the PBX; those of SIP trunks are not among them,
// see TrunkNumbers.
type IncomingLine struct {
	LineID  int64  `json:"line_id" names:"line"`
	Number  string `json:"number" names:"line"`
	Name    string `json:"name"` // of SIP lines
	Comment string `json:"comment"`
	// Region is "sip-uac" for an active SIP line, "sip" for a passive one (no
	// outgoing calls), "toll-free" for 8-800, else the id of a region.
	Region     string `json:"region"`
	SchemaID   int64  `json:"schema_id"`
	SchemaName string `json:"schema_name"`
}

type incomingLinesAnswer struct {
	told
	Lines []IncomingLine `json:"lines"`
}

var incomingLines = declare[IncomingLinesRequest, incomingLinesAnswer]("/vpbx/incominglines")

// IncomingLines reads the numbers of the PBX (§3.7.7). Code: 3300.
//
//vpbx:op POST /vpbx/incominglines
func (c *Client) IncomingLines(ctx context.Context) ([]IncomingLine, error) {
	a, err := call(ctx, c, incomingLines, IncomingLinesRequest{})
	if err != nil {
		return nil, err
	}
	return listed(incomingLines.op, a.told, a.Lines)
}

// AudioFilesRequest has no parameters.
type AudioFilesRequest struct{}

// AudioFile is a melody or message, of this PBX or common to all.
type AudioFile struct {
	ID   int64  `json:"id" names:"audio"` // internal_id of play/start, melody_id elsewhere
	Name string `json:"name"`
}

type audioFilesAnswer struct {
	told
	AudioFiles []AudioFile `json:"audiofiles"`
}

var audioFiles = declare[AudioFilesRequest, audioFilesAnswer]("/vpbx/audiofiles")

// AudioFiles reads the melodies and messages (§3.7.8). Codes of its chapter:
// 2230, 3000, 3100, 31xx, 3300, 5xxx.
//
//vpbx:op POST /vpbx/audiofiles
func (c *Client) AudioFiles(ctx context.Context) ([]AudioFile, error) {
	a, err := call(ctx, c, audioFiles, AudioFilesRequest{})
	if err != nil {
		return nil, err
	}
	return listed(audioFiles.op, a.told, a.AudioFiles)
}

// SchemasRequest asks for the schemes. The table of the document calls the
// parameter trunks_numbers, its example sends ext_fields.
type SchemasRequest struct {
	ExtFields []string `json:"ext_fields,omitempty" check:"oneof=trunks_numbers"` // fills Schema.TrunkNumbers
}

// Schema is a scheme that distributes calls.
type Schema struct {
	SchemaID      int64   `json:"schema_id" names:"schema"`
	Name          string  `json:"name"`
	Description   string  `json:"description"`
	IncomingLines []int64 `json:"incominglines"`      // line_id
	TrunkNumbers  []int64 `json:"sip_trunks_numbers"` // trunk_number_id
}

type schemasAnswer struct {
	told
	Data []Schema `json:"data"`
}

var schemaList = declare[SchemasRequest, schemasAnswer]("/vpbx/schemas")

// Schemas reads the schemes (§3.7.9). Codes: 3300, 5xxx.
//
//vpbx:op POST /vpbx/schemas
func (c *Client) Schemas(ctx context.Context, r SchemasRequest) ([]Schema, error) {
	a, err := call(ctx, c, schemaList, r)
	if err != nil {
		return nil, err
	}
	return listed(schemaList.op, a.told, a.Data)
}

// SetSchemaRequest gives a number its scheme: a line or a number of a trunk,
// one of the two.
type SetSchemaRequest struct {
	SchemaID      int64 `json:"schema_id" check:"required,range=1..,ref=schema"`
	LineID        int64 `json:"line_id,omitempty" check:"range=1..,ref=line"`
	TrunkNumberID int64 `json:"trunk_number_id,omitempty" check:"range=1..,ref=trunk_number"` // whose Options are 2 or 6
}

func (r *SetSchemaRequest) check() error {
	switch {
	case r.LineID == 0 && r.TrunkNumberID == 0:
		return text.New(text.MissingField).WithField("line_id").WithDetail("line_id | trunk_number_id")
	case r.LineID != 0 && r.TrunkNumberID != 0:
		return bad("trunk_number_id", "line_id | trunk_number_id")
	}
	return nil
}

var setSchema = declare[SetSchemaRequest, none]("/vpbx/schema/set")

// SetSchema makes a scheme the one that calls to a number go through
// (§3.7.10). Codes: 3100, 31xx, 3300 (no such scheme or number), 5xxx.
//
//vpbx:op POST /vpbx/schema/set
func (c *Client) SetSchema(ctx context.Context, r SetSchemaRequest) error {
	return send(ctx, c, setSchema, r)
}

// TrunkNumbersRequest has no parameters.
type TrunkNumbersRequest struct{}

// TrunkNumber is a number of a SIP trunk.
type TrunkNumber struct {
	TrunkNumberID int64  `json:"trunk_number_id" names:"trunk_number"`
	TrunkID       int64  `json:"trunk_id" names:"trunk"`
	Number        string `json:"number"`
	Options       int    `json:"options"` // 2 receives, 4 calls, 6 both
	Description   string `json:"desc"`
}

type trunkNumbersAnswer struct {
	told
	Data []TrunkNumber `json:"data"`
}

var trunkNumbers = declare[TrunkNumbersRequest, trunkNumbersAnswer]("/vpbx/trunks/numbers")

// TrunkNumbers reads the numbers of SIP trunks (§3.7.22). Codes of its chapter:
// 2230, 3000, 3100, 31xx, 3300, 5xxx.
//
//vpbx:op POST /vpbx/trunks/numbers
func (c *Client) TrunkNumbers(ctx context.Context) ([]TrunkNumber, error) {
	a, err := call(ctx, c, trunkNumbers, TrunkNumbersRequest{})
	if err != nil {
		return nil, err
	}
	return listed(trunkNumbers.op, a.told, a.Data)
}
