package notify

import (
	"fmt"
	"time"
)

// AppealClosed is /events/md/onAppealClose: an appeal, of any channel, is
// closed (§4.8.3.1). Either Contact or Client is given.
type AppealClosed struct {
	AppealID  string    `json:"conversion_id"`
	ParentID  string    `json:"parent_conversion_id"`
	ProductID string    `json:"product_id"`
	EntryID   string    `json:"entry_id"`
	Channel   int       `json:"channel_type"` // 0 unknown, 1 call, 2 site, 3 VK, 4 Facebook, 5 Viber, 6 Telegram, 7 SMS, 8 e-mail, 9 WhatsApp, 10 dialogs
	Outgoing  bool      `json:"direction"`
	Entry     string    `json:"entry_point"`
	Created   time.Time `json:"create" time:"any"`
	Ended     time.Time `json:"end" time:"any"`
	TagIDs    []string  `json:"tag_id"`
	Comment   string    `json:"comment"`
	Result    int       `json:"result"` // 1 processed, 2 transferred, 3 waited too long, 4 not answered, 5 spam, 6 sending forbidden

	// The employees, by abonent_id and by member_id.
	AssignedTo     string `json:"assign_abonent_id"`
	ClosedBy       string `json:"close_abonent_id"`
	SentBy         string `json:"sender_abonent_id"`
	AssignedMember string `json:"assign_user_id"`
	ClosedMember   string `json:"close_user_id"`
	SentMember     string `json:"sender_user_id"`

	GroupID   string         `json:"group_id"`
	Chat      []AppealLine   `json:"chat"` // the last 50
	Client    *AppealClient  `json:"client_info"`
	Contact   *AppealContact `json:"contact"`
	PointID   string         `json:"point_id"`
	Manual    bool           `json:"manual"`    // closed by an operator
	Proactive bool           `json:"proactive"` // the chat was offered to the client
}

// AppealLine is one message of an appeal.
type AppealLine struct {
	Text       string    `json:"text"`
	Time       time.Time `json:"time" time:"any"`
	SenderID   string    `json:"sender"`
	SenderName string    `json:"sender_name"`
	ByOperator bool      `json:"senderType"`
	Type       string    `json:"type" words:"text,image,audio,video,file"`
}

// AppealClient is a client who is not in the address book.
type AppealClient struct {
	Name  string `json:"name"`
	Phone string `json:"phone"`
}

// AppealContact is a contact, of this address book or of another system's.
type AppealContact struct {
	Contact
	Source struct {
		Type  string `json:"type"` // vpbx, amo, exch, google…
		Index int    `json:"index"`
	} `json:"source_id"`
}

func decodeAppealClosed(raw []byte) (Notification, string, error) {
	var a AppealClosed
	if err := read(raw, &a); err != nil {
		return nil, "", err
	}
	if a.AppealID == "" {
		return nil, "", fmt.Errorf("%w: conversion_id", ErrIncomplete)
	}
	a.Result = max(a.Result, 1) // the document: what is not positive means 1
	return a, "", nil
}
