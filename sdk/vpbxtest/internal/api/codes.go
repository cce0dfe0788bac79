package api

// Codes of the appendix that say what is wrong with a value.
const (
	Used        = 3106 // somebody else has that value
	WrongKind   = 3107 // the object named does not serve for this
	TooSmall    = 3108
	TooBig      = 3109
	WrongDates  = 3111
	WrongEmail  = 3112
	WrongPass   = 3120 // eight characters, lower and upper case letters, digits
	WrongLogin  = 3121
	WrongDomain = 3122
	OnlyOne     = 3123 // only one of the parameters may be given
	NotOutgoing = 3124
	Together    = 3125 // the parameters belong together
	OneNeeded   = 3135 // one of the parameters has to be given
	WrongNumber = 3136
	TooMany     = 3503 // more than 500 objects at a time
)

// Codes of what the PBX will not do though the request is right.
const (
	Impossible = 4100
	ListLimit  = 5222 // 20 000 numbers
)
