// Package watch turns file-system noise into "this changed and is quiet now".
// Events are hints; what it reports is what it saw by looking.
package watch
