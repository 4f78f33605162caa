package handover

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/pintray/pintray/services"
)

// The kinds of services.Upload.
const (
	kindKubo         = "kubo"
	kindPinata       = "pinata"
	kindFunctionland = "functionland"
)

const opUpload = "upload"

// tries is how often one upload is begun: a connection that breaks on the way
// is no reason to leave it to the engine, which comes again much later.
const tries = 3

// uploader is an Uploader over HTTP. What differs between services is where it
// goes, which fields stand before the file, and how the answer is read.
type uploader struct {
	target string
	fields func(CAR) []field
	read   func(CAR, answer) (Uploaded, error)
	agent  string
	key    string
	http   *http.Client
}

// field is a field of a form.
type field struct{ name, value string }

// NewUploader makes the uploader of an account. endpoint is the account's, for
// a service that takes CARs there. It fails with an *services.Error of
// CodeInvalid for a kind it does not know, for an address services.CleanEndpoint
// refuses (so no key ever leaves this computer unencrypted) and for a key no
// header can carry (Reason "key").
//
// Its Upload follows no redirect, keeps the connection for some seconds after
// an upload, and sends nothing twice but an upload whose connection broke,
// which begins again, two times at most.
func NewUploader(u services.Upload, endpoint string, key services.Secret, userAgent string) (Uploader, error) {
	base, err := services.CleanEndpoint(cmp.Or(u.URL, endpoint))
	if err != nil {
		return nil, err
	}
	up := &uploader{agent: cmp.Or(userAgent, "pintray"), http: newHTTP()}
	if up.key, err = cleanKey(key); err != nil {
		return nil, err
	}
	switch u.Kind {
	case kindKubo:
		up.target = base + "/api/v0/dag/import?pin-roots=true"
		up.fields, up.read = func(CAR) []field { return nil }, readKubo
	case kindPinata:
		up.target = base + "/v3/files"
		up.fields, up.read = pinataFields, readPinata
	case kindFunctionland:
		up.target = base + "/pins/import/car"
		up.fields, up.read = functionlandFields, readFunctionland
	default:
		return nil, &services.Error{Code: services.CodeInvalid, Op: opUpload, Reason: "upload-kind", NotSent: true}
	}
	return up, nil
}

// cleanKey takes off what is pasted along with a key, as the client of the
// pinning API does (quirk 43).
func cleanKey(secret services.Secret) (string, error) {
	key := strings.TrimSpace(secret.Reveal())
	if scheme, rest, found := strings.Cut(key, " "); found && strings.EqualFold(scheme, "bearer") {
		key = strings.TrimSpace(rest)
	}
	for i := range len(key) {
		if key[i] <= ' ' || key[i] >= 0x7f {
			return "", &services.Error{Code: services.CodeInvalid, Op: opUpload, Reason: "key", NotSent: true}
		}
	}
	return key, nil
}

func pinataFields(c CAR) []field {
	return []field{{"network", "public"}, {"name", cmp.Or(c.Name, c.Root.Text)}, {"car", "true"}}
}

func functionlandFields(c CAR) []field {
	if c.Name == "" {
		return nil
	}
	return []field{{"name", c.Name}}
}

// Upload sends c, from the beginning again where the connection breaks.
func (u *uploader) Upload(ctx context.Context, c CAR) (Uploaded, error) {
	expect := true
	for try := 1; ; try++ {
		a, err := u.send(ctx, c, expect)
		switch {
		case err == nil && a.status == http.StatusExpectationFailed && expect:
			expect = false // asks for the body without being asked first
			continue
		case err == nil:
			return u.settle(c, a)
		case try == tries || ctx.Err() != nil || !broken(err):
			return Uploaded{}, err
		}
		select {
		case <-time.After(time.Second << (try - 1)):
		case <-ctx.Done():
			return Uploaded{}, transportError(ctx.Err(), false)
		}
	}
}

// broken reports whether a connection broke on the way, as against one that
// never was.
func broken(err error) bool {
	e := services.AsError(err)
	return e.Code == services.CodeUnreachable && !e.NotSent || e.Code == services.CodeTimeout
}

// settle reads an answer.
func (u *uploader) settle(c CAR, a answer) (Uploaded, error) {
	err := a.refusal()
	var done Uploaded
	if err == nil {
		done, err = u.read(c, a)
	}
	if err == nil && done.Root.Key != c.Root.Key {
		err = a.fail(services.CodeInvalid, ReasonOtherCID, done.Root.Text)
	}
	if err != nil {
		return Uploaded{}, u.scrub(err)
	}
	return done, nil
}

// scrub makes the service's own words fit to be kept: cleaned, and without the
// key should it have repeated it.
func (u *uploader) scrub(err error) error {
	e := services.AsError(err)
	for _, text := range []*string{&e.Reason, &e.Details} {
		if u.key != "" {
			for _, form := range []string{u.key, url.QueryEscape(u.key), url.PathEscape(u.key)} {
				*text = strings.ReplaceAll(*text, form, "••••")
			}
		}
		*text = services.Clean(*text)
	}
	return e
}
