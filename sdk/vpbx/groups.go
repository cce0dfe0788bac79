package vpbx

import "context"

// Methods of the configuration (§3.7). The PBX prints whole numbers in its
// examples as texts and takes both; they go out as numbers. Refusals beside
// 3100 and 3300 (no such object): 2230 the service is off, 5201 the account
// page does not allow services to be changed by API.

// Group is a group of employees.
type Group struct {
	ID          int64  `json:"id" names:"group"`
	Name        string `json:"name"`
	Description string `json:"description"`
	Extension   string `json:"extension" names:"dial"`
	// DialAlgGroup: 0 one after the other by priority, 1 at once by
	// qualification, 2 all that are free, 3 at random, 5 who was idle longest.
	DialAlgGroup int `json:"dial_alg_group"`
	// DialAlgUsers: 1 all telephones of an employee at once, 2 main ones, 3 SIP
	// only, 4 one after the other, 5 as his card says.
	DialAlgUsers     int             `json:"dial_alg_users"`
	AutoRedirect     bool            `json:"auto_redirect"` // to the employee who knows the caller
	AutoDial         int64           `json:"auto_dial"`     // campaign of the automatic redial; 0 = none
	LineID           int64           `json:"line_id"`       // outgoing line of the redial
	UseDynamicIVR    bool            `json:"use_dynamic_ivr"`
	UseDynamicSeqNum bool            `json:"use_dynamic_seq_num"`
	MelodyID         int64           `json:"melody_id"` // 0 = the default one
	Operators        []GroupOperator `json:"operators"`
}

// GroupOperator is an employee in a group.
type GroupOperator struct {
	ID        int64  `json:"id" names:"member"` // user_id
	Name      string `json:"name"`
	Extension string `json:"extension"`
	Priority  int    `json:"priority"` // from 1
	Order     int    `json:"order"`
}

// GroupsRequest asks for groups; the zero value for all.
type GroupsRequest struct {
	GroupID           int64  `json:"group_id,omitempty" check:"range=1..,ref=group"`
	OperatorID        int64  `json:"operator_id,omitempty" check:"range=1..,ref=member"` // groups with this employee (user_id)
	OperatorExtension string `json:"operator_extension,omitempty" check:"ext,ref=extension"`
	ShowUsers         *int   `json:"show_users,omitempty" check:"range=0..1"` // 1 = with Operators
}

type groupsAnswer struct {
	told
	Groups []Group `json:"groups"`
}

var groups = declare[GroupsRequest, groupsAnswer]("/vpbx/groups")

// Groups reads the groups (§3.7.2). Codes of its chapter: 2230, 3000, 3100,
// 31xx, 3300, 5xxx.
//
//vpbx:op POST /vpbx/groups
func (c *Client) Groups(ctx context.Context, r GroupsRequest) ([]Group, error) {
	a, err := call(ctx, c, groups, r)
	if err != nil {
		return nil, err
	}
	return listed(groups.op, a.told, a.Groups)
}

// GroupFields are the fields of a group that can be set; absent ones are left
// to the PBX, or as they are. The numbers mean what they mean in Group.
type GroupFields struct {
	Description      *string       `json:"description,omitempty"`
	Extension        *string       `json:"extension,omitempty" check:"ext,ref=free_extension"` // nobody else's
	DialAlgGroup     *int          `json:"dial_alg_group,omitempty" check:"oneof=0|1|2|3|5"`
	DialAlgUsers     int           `json:"dial_alg_users,omitempty" check:"range=1..5"`
	AutoRedirect     *int          `json:"auto_redirect,omitempty" check:"range=0..1"`
	AutoDial         int64         `json:"auto_dial,omitempty" check:"range=1..,ref=campaign"`
	LineID           int64         `json:"line_id,omitempty" check:"range=1..,ref=line"`
	UseDynamicIVR    *int          `json:"use_dynamic_ivr,omitempty" check:"range=0..1"`     // 1 = the caller hears the minutes left
	UseDynamicSeqNum *int          `json:"use_dynamic_seq_num,omitempty" check:"range=0..1"` // 1 = and his place in the queue; once misprinted as …_um
	MelodyID         int64         `json:"melody_id,omitempty" check:"range=1..,ref=audio"`
	Operators        []GroupMember `json:"operators,omitzero"` // the whole list; an empty one, not nil, leaves nobody
}

// GroupMember puts an employee into a group. The order is that of the list.
type GroupMember struct {
	ID       int64 `json:"id" check:"required,range=1..,ref=member"` // user_id
	Priority int   `json:"priority,omitempty" check:"range=1.."`
	Order    int   `json:"order,omitempty" check:"range=1.."` // the PBX numbers by itself; an example has it
}

// CreateGroupRequest describes a new group. The document marks no field as
// required; a group without a name is refused here.
type CreateGroupRequest struct {
	Name string `json:"name" check:"required"`
	GroupFields
}

type groupIDAnswer struct {
	GroupID int64 `json:"group_id" names:"group"`
}

var createGroup = declare[CreateGroupRequest, groupIDAnswer]("/vpbx/group/create")

// CreateGroup makes a group and tells its id (§3.7.3). 5200: groups are not
// part of the tariff. Other codes: 3100, 3300, 5xxx.
//
//vpbx:op POST /vpbx/group/create
func (c *Client) CreateGroup(ctx context.Context, r CreateGroupRequest) (int64, error) {
	a, err := call(ctx, c, createGroup, r)
	if err == nil && a.GroupID == 0 {
		err = empty(createGroup.op)
	}
	return a.GroupID, err
}

// UpdateGroupRequest changes a group: only the fields that are there.
type UpdateGroupRequest struct {
	GroupID int64       `json:"group_id" check:"required,range=1..,ref=group"`
	Group   GroupChange `json:"group" check:"required"`
}

// GroupChange is what changes of a group.
type GroupChange struct {
	Name string `json:"name,omitempty"`
	GroupFields
}

var updateGroup = declare[UpdateGroupRequest, none]("/vpbx/group/update")

// UpdateGroup changes a group (§3.7.4). Codes of its chapter: 3100, 31xx, 3300,
// 5xxx.
//
//vpbx:op POST /vpbx/group/update
func (c *Client) UpdateGroup(ctx context.Context, r UpdateGroupRequest) error {
	return send(ctx, c, updateGroup, r)
}

// DeleteGroupRequest names a group.
type DeleteGroupRequest struct {
	GroupID int64 `json:"group_id" check:"required,range=1..,ref=group"`
}

var deleteGroup = declare[DeleteGroupRequest, none]("/vpbx/group/delete")

// DeleteGroup removes a group (§3.7.5), unless it is in use: 5202 by a scheme,
// 5203 by a forwarding rule, 5204 by a callback widget.
//
//vpbx:op POST /vpbx/group/delete
func (c *Client) DeleteGroup(ctx context.Context, r DeleteGroupRequest) error {
	return send(ctx, c, deleteGroup, r)
}
