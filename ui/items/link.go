package items

import "github.com/pintray/pintray/services"

// WebLink is the link that opens c in any browser.
func WebLink(c services.CID) string { return webLink(c) }
