package vpbx

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"
)

// Recordings (§3.5.1–3.5.3) need the cloud storage. A conversation is there
// some minutes after its end; the notification /events/record/added tells it.
// Asking too early costs an answer 3320, and the second wrong request within
// two minutes closes the API (§1.4.1).

// What is done with a recording.
const (
	RecordingDownload = "download"
	RecordingPlay     = "play"
)

// RecordingRequest names a recording.
type RecordingRequest struct {
	RecordingID string `json:"recording_id" check:"required,id,ref=recording"`
	Action      string `json:"action" check:"required,oneof=download|play"`
}

func (r *RecordingRequest) check() error { return pathElement("recording_id", r.RecordingID) }

var recording = declare[RecordingRequest, reply]("/vpbx/queries/recording/post")

var errNoLocation = errors.New("the answer has no address of a file")

// Recording asks where a recording lies (§3.5.1). The address is good for one
// GET and a short time: no HEAD, no range, nothing to keep. The file is
// audio/mp3 or audio/mpeg. The error has KindAbsent, or the code 3320, when
// there is no such recording, or not yet.
//
//vpbx:op POST /vpbx/queries/recording/post
func (c *Client) Recording(ctx context.Context, r RecordingRequest) (address string, err error) {
	a, err := call(ctx, c, recording, r)
	if err != nil {
		return "", err
	}
	if u, err := url.Parse(a.Location); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return "", &Error{Op: recording.entry().Name, Kind: KindAnswer, HTTPStatus: a.Status, Sent: true, Err: errNoLocation}
	}
	return a.Location, nil
}

// RecordingLinkRequest asks for an address that everybody can follow.
type RecordingLinkRequest struct {
	RecordingID string `json:"recording_id" check:"required,id,ref=recording"`
	Action      string `json:"action" check:"required,oneof=download|play"`
	// Timestamp is when the address ends to work. Editions disagree on its
	// zone, UTC or UTC+3: it may end three hours early, so be generous.
	Timestamp Unix `json:"timestamp" check:"required"`
}

func (r *RecordingLinkRequest) check() error { return pathElement("recording_id", r.RecordingID) }

var recordingLink = declareLink("/vpbx/queries/recording/link/{recording_id}/{action}/{vpbx_api_key}/{timestamp}/{sign}",
	func(c *Client, r RecordingLinkRequest) string {
		return c.signedLink(r.RecordingID, r.Action, r.Timestamp.Unix())
	})

// RecordingLink makes the address of a recording that needs no further
// permission (§3.5.2), and asks nobody: it works once signed links are switched
// on in the account. Whoever has it has the recording; it tells the key of the
// PBX, not the salt. Its GET answers with a redirect as that of Recording. No
// code of its own: see Error.
//
//vpbx:op GET /vpbx/queries/recording/link/{recording_id}/{action}/{vpbx_api_key}/{timestamp}/{sign}
func (c *Client) RecordingLink(r RecordingLinkRequest) (string, error) {
	return address(c, recordingLink, r)
}

// signedLink takes any timestamp: the published vectors are in milliseconds.
func (c *Client) signedLink(id, action string, until int64) string {
	return c.path("queries/recording/link", id, action, c.credentials.Key,
		strconv.FormatInt(until, 10), c.credentials.Recording(id, until))
}

var recordingAccountLink = declareLink("/vpbx/queries/recording/issa/{recording_id}/{action}",
	func(c *Client, r RecordingRequest) string {
		return c.path("queries/recording/issa", r.RecordingID, r.Action)
	})

// RecordingAccountLink makes the address of a recording for a browser (§3.5.3),
// and asks nobody: the user signs in to the account page, which minds his
// rights. No code of its own: see Error.
//
//vpbx:op GET /vpbx/queries/recording/issa/{recording_id}/{action}
func (c *Client) RecordingAccountLink(r RecordingRequest) (string, error) {
	return address(c, recordingAccountLink, r)
}

// path makes the address of a method with values in its path. They are encoded
// whole: ids and keys are base64, with + / and =.
func (c *Client) path(method string, elements ...string) string {
	s := strings.TrimSuffix(c.base.String(), "/") + "/" + method
	for _, element := range elements {
		s += "/" + strings.ReplaceAll(url.QueryEscape(element), "+", "%20")
	}
	return s
}

// pathElement refuses what no encoding keeps a browser from leaving out.
func pathElement(field, value string) error {
	if value == "." || value == ".." {
		return bad(field, value)
	}
	return nil
}
