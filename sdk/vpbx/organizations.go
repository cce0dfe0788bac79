package vpbx

import (
	"context"
	"iter"
)

// The address book (§3.9), service API_CONNECT (5300 without it). Ids are
// texts. Lists come in pages by a cursor. Create and update take up to 500
// objects and answer a code for each; delete answers one code for all. The PBX
// tells every change as a notification, too.

// Organization is a company of contacts.
type Organization struct {
	OrgID   string `json:"org_id"`
	OrgName string `json:"org_name"`
}

// OrganizationRequest names an organisation.
type OrganizationRequest struct {
	OrgID string `json:"org_id" check:"required,digits,max=20,ref=organization"`
}

var organization = declare[OrganizationRequest, single[Organization]]("/vpbx/ab/organization")

// Organization reads an organisation (§3.9.1.1). No code of its own: see Error.
//
//vpbx:op POST /vpbx/ab/organization
func (c *Client) Organization(ctx context.Context, r OrganizationRequest) (Organization, error) {
	a, err := call(ctx, c, organization, r)
	if err == nil && a.Value.OrgID == "" {
		err = empty(organization.op)
	}
	return a.Value, err
}

var (
	organizationsInit   = declare[ListRequest, pageAnswer[Organization]]("/vpbx/ab/organizations/init")
	organizationsCursor = declare[CursorRequest, pageAnswer[Organization]]("/vpbx/ab/organizations/cursor")
)

// OrganizationsInit reads the first page of the organisations (§3.9.1.2). Code:
// 3503, more than 500 at once.
//
//vpbx:op POST /vpbx/ab/organizations/init
func (c *Client) OrganizationsInit(ctx context.Context, r ListRequest) (Page[Organization], error) {
	return page(ctx, c, organizationsInit, r)
}

// OrganizationsCursor reads another page of them (§3.9.1.3). No code of its
// own: see Error.
//
//vpbx:op POST /vpbx/ab/organizations/cursor
func (c *Client) OrganizationsCursor(ctx context.Context, r CursorRequest) (Page[Organization], error) {
	return page(ctx, c, organizationsCursor, r)
}

// Organizations yields all organisations that match, in pages of 500 unless r
// says otherwise.
func (c *Client) Organizations(ctx context.Context, r ListRequest) iter.Seq2[Organization, error] {
	r.LimitRows = or(r.LimitRows, maxRows)
	return walk(organizationsCursor.op, func() (Page[Organization], error) {
		return c.OrganizationsInit(ctx, r)
	}, func(cursor string) (Page[Organization], error) {
		return c.OrganizationsCursor(ctx, CursorRequest{cursor, NextPage})
	})
}

// CreateOrganizationsRequest describes new organisations.
type CreateOrganizationsRequest struct {
	Data []NewOrganization `json:"data" check:"required,max=500"`
}

// NewOrganization is the name of an organisation.
type NewOrganization struct {
	OrgName string `json:"org_name" check:"required"`
}

var createOrganizations = declare[CreateOrganizationsRequest, batchAnswer[Organization]]("/vpbx/ab/organizations/create")

// CreateOrganizations makes organisations (§3.9.1.4). Of a batch that was done
// in part the outcomes stand beside the error. Code: 3503, more than 500 at
// once.
//
//vpbx:op POST /vpbx/ab/organizations/create
func (c *Client) CreateOrganizations(ctx context.Context, r CreateOrganizationsRequest) ([]Outcome[Organization], error) {
	return batch(ctx, c, createOrganizations, r, keys(r.Data, func(o NewOrganization) string { return o.OrgName }),
		func(o Organization) string { return o.OrgName })
}

// UpdateOrganizationsRequest renames organisations.
type UpdateOrganizationsRequest struct {
	Data []OrganizationName `json:"data" check:"required,max=500"`
}

// OrganizationName gives an organisation its name.
type OrganizationName struct {
	OrgID   string `json:"org_id" check:"required,digits,max=20,ref=organization"`
	OrgName string `json:"org_name" check:"required"`
}

var updateOrganizations = declare[UpdateOrganizationsRequest, batchAnswer[Organization]]("/vpbx/ab/organizations/update")

// UpdateOrganizations renames organisations (§3.9.1.5); outcomes as of
// CreateOrganizations. Code: 3503, more than 500 at once.
//
//vpbx:op POST /vpbx/ab/organizations/update
func (c *Client) UpdateOrganizations(ctx context.Context, r UpdateOrganizationsRequest) ([]Outcome[Organization], error) {
	return batch(ctx, c, updateOrganizations, r, keys(r.Data, func(o OrganizationName) string { return o.OrgID }),
		func(o Organization) string { return o.OrgID })
}

// DeleteOrganizationsRequest names organisations.
type DeleteOrganizationsRequest struct {
	Data []string `json:"data" check:"required,max=500,digits,ref=organization"`
}

var deleteOrganizations = declare[DeleteOrganizationsRequest, none]("/vpbx/ab/organizations/delete")

// DeleteOrganizations removes organisations (§3.9.1.6). By the document's
// example an id that nobody has is no fault. Code: 3503, more than 500 at once.
//
//vpbx:op POST /vpbx/ab/organizations/delete
func (c *Client) DeleteOrganizations(ctx context.Context, r DeleteOrganizationsRequest) error {
	return send(ctx, c, deleteOrganizations, r)
}
