package watch

// Rules say what of a folder is to be published, and what is not and why.
type Rules struct{}
