package vpbx

import (
	"context"
	"iter"
)

// ContactGroup is a group of contacts; groups of employees are Group.
type ContactGroup struct {
	GroupID   string `json:"group_id"`
	GroupName string `json:"group_name"`
}

// ContactGroupRequest names a group of contacts.
type ContactGroupRequest struct {
	GroupID string `json:"group_id" check:"required,digits,max=20,ref=contact_group"`
}

var contactGroup = declare[ContactGroupRequest, single[ContactGroup]]("/vpbx/ab/group")

// ContactGroup reads a group of contacts (§3.9.2.1). No code of its own: see
// Error.
//
//vpbx:op POST /vpbx/ab/group
func (c *Client) ContactGroup(ctx context.Context, r ContactGroupRequest) (ContactGroup, error) {
	a, err := call(ctx, c, contactGroup, r)
	if err == nil && a.Value.GroupID == "" {
		err = empty(contactGroup.op)
	}
	return a.Value, err
}

var (
	contactGroupsInit   = declare[ListRequest, pageAnswer[ContactGroup]]("/vpbx/ab/groups/init")
	contactGroupsCursor = declare[CursorRequest, pageAnswer[ContactGroup]]("/vpbx/ab/groups/cursor")
)

// ContactGroupsInit reads the first page of the groups of contacts (§3.9.2.2).
// Code: 3503, more than 500 at once.
//
//vpbx:op POST /vpbx/ab/groups/init
func (c *Client) ContactGroupsInit(ctx context.Context, r ListRequest) (Page[ContactGroup], error) {
	return page(ctx, c, contactGroupsInit, r)
}

// ContactGroupsCursor reads another page of them (§3.9.2.3). No code of its
// own: see Error.
//
//vpbx:op POST /vpbx/ab/groups/cursor
func (c *Client) ContactGroupsCursor(ctx context.Context, r CursorRequest) (Page[ContactGroup], error) {
	return page(ctx, c, contactGroupsCursor, r)
}

// ContactGroups yields all groups of contacts that match, in pages of 500
// unless r says otherwise.
func (c *Client) ContactGroups(ctx context.Context, r ListRequest) iter.Seq2[ContactGroup, error] {
	r.LimitRows = or(r.LimitRows, maxRows)
	return walk(contactGroupsCursor.op, func() (Page[ContactGroup], error) {
		return c.ContactGroupsInit(ctx, r)
	}, func(cursor string) (Page[ContactGroup], error) {
		return c.ContactGroupsCursor(ctx, CursorRequest{cursor, NextPage})
	})
}

// CreateContactGroupsRequest describes new groups of contacts.
type CreateContactGroupsRequest struct {
	Data []NewContactGroup `json:"data" check:"required,max=500"`
}

// NewContactGroup is the name of a group of contacts.
type NewContactGroup struct {
	GroupName string `json:"group_name" check:"required"`
}

var createContactGroups = declare[CreateContactGroupsRequest, batchAnswer[ContactGroup]]("/vpbx/ab/groups/create")

// CreateContactGroups makes groups of contacts (§3.9.2.4); outcomes as of
// CreateOrganizations. Code: 3503, more than 500 at once.
//
//vpbx:op POST /vpbx/ab/groups/create
func (c *Client) CreateContactGroups(ctx context.Context, r CreateContactGroupsRequest) ([]Outcome[ContactGroup], error) {
	return batch(ctx, c, createContactGroups, r, keys(r.Data, func(g NewContactGroup) string { return g.GroupName }),
		func(g ContactGroup) string { return g.GroupName })
}

// UpdateContactGroupsRequest renames groups of contacts.
type UpdateContactGroupsRequest struct {
	Data []ContactGroupName `json:"data" check:"required,max=500"`
}

// ContactGroupName gives a group of contacts its name.
type ContactGroupName struct {
	GroupID   string `json:"group_id" check:"required,digits,max=20,ref=contact_group"`
	GroupName string `json:"group_name" check:"required"`
}

var updateContactGroups = declare[UpdateContactGroupsRequest, batchAnswer[ContactGroup]]("/vpbx/ab/groups/update")

// UpdateContactGroups renames groups of contacts (§3.9.2.5); outcomes as of
// CreateOrganizations. Code: 3503, more than 500 at once.
//
//vpbx:op POST /vpbx/ab/groups/update
func (c *Client) UpdateContactGroups(ctx context.Context, r UpdateContactGroupsRequest) ([]Outcome[ContactGroup], error) {
	return batch(ctx, c, updateContactGroups, r, keys(r.Data, func(g ContactGroupName) string { return g.GroupID }),
		func(g ContactGroup) string { return g.GroupID })
}

// DeleteContactGroupsRequest names groups of contacts.
type DeleteContactGroupsRequest struct {
	Data []string `json:"data" check:"required,max=500,digits,ref=contact_group"`
}

var deleteContactGroups = declare[DeleteContactGroupsRequest, none]("/vpbx/ab/groups/delete")

// DeleteContactGroups removes groups of contacts (§3.9.2.6), as
// DeleteOrganizations. Code: 3503, more than 500 at once.
//
//vpbx:op POST /vpbx/ab/groups/delete
func (c *Client) DeleteContactGroups(ctx context.Context, r DeleteContactGroupsRequest) error {
	return send(ctx, c, deleteContactGroups, r)
}
