// Package services holds the words of the IPFS Pinning Service API (v1.0.0,
// frozen), the shape every pinning service has for the rest of the program,
// and the ways its calls can fail.
//
// It is the ground floor: it imports nothing of Pintray, starts no goroutine
// and touches no network. Package psa speaks the wire format, package demo
// makes services up, package token keeps the keys; all of them speak in the
// types of this package, and so does everything above them.
package services
