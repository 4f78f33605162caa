// Package local is "This computer" as a pinning service over what is stored
// here: imported files by reference, anything else by fetching it.
package local
