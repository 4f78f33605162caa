package handover

import (
	"context"

	"github.com/pintray/pintray/services"
)

// The kinds of services.Upload.
const (
	kindKubo         = "kubo"
	kindPinata       = "pinata"
	kindFunctionland = "functionland"
)

// NewUploader makes the uploader of an account. endpoint is the account's, for
// a service that takes CARs there. It fails with an *services.Error of
// CodeInvalid for a kind it does not know, for an address services.CleanEndpoint
// refuses (so no key ever leaves this computer unencrypted) and for a key no
// header can carry (Reason "key").
func NewUploader(u services.Upload, endpoint string, key services.Secret, userAgent string) (Uploader, error) {
	if u.URL != "" {
		endpoint = u.URL
	}
	base, err := services.CleanEndpoint(endpoint)
	if err != nil {
		return nil, err
	}
	switch u.Kind {
	case kindKubo, kindPinata, kindFunctionland:
		return &uploader{kind: u.Kind, base: base, key: key, agent: userAgent}, nil
	}
	return nil, &services.Error{Code: services.CodeInvalid, Op: opUpload, Reason: "upload-kind", NotSent: true}
}

const opUpload = "upload"

type uploader struct {
	kind, base, agent string
	key               services.Secret
}

func (u *uploader) Upload(context.Context, CAR) (Uploaded, error) {
	return Uploaded{}, &services.Error{Code: services.CodeInvalid, Op: opUpload, Reason: ReasonNoUpload, NotSent: true}
}
