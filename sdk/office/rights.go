package office

// Rights are what a session may do beyond acting for its own extension.
type Rights uint8

// The rights. Neither includes the other.
const (
	// Supervisor acts for any extension and sees the calls of all.
	Supervisor Rights = 1 << iota
	// Admin changes what belongs to the company: settings, users, routes, the PBX.
	Admin
)
