package store

// Exports is the folder in the data folder that holds a dated copy of the pin
// list for each of the last days, as `pintrayctl export` writes it, packed by gzip.
const Exports = "exports"

// SettingExports says whether those are written: "" yes, or ExportsOff.
const (
	SettingExports = "exports"
	ExportsOff     = "off"
)
