// Package e2e tests the real binaries from outside: pintrayctl and the window
// against servers other people wrote, under a virtual display, with a keyring
// and a tray on a bus of their own. `make test` builds what it needs; a tool that
// is missing fails on CI (CI=true), and elsewhere the test says "not run".
package e2e
