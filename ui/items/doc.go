// Package items is the screen of everything that is kept: one row per CID
// across all services, what is known of it, and what can be done with it.
//
// rows.go and columns.go are pure: what the store says in, what is drawn out.
// list.go keeps the pages that are at hand; view.go is the widgets; actions.go
// and the sheets ask the engine. Everything runs on the UI thread but the work
// given to kit.Go, which ends with Deps.Context. The shell calls Refresh when
// something was committed; the screen reads again, once for many calls.
package items
