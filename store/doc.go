// Package store is what the rest of the program may see of what is remembered:
// the types of the two databases and Reader, a read-only view of both.
//
// user.db (package store/user) holds what only this person has and is never
// deleted; cache.db (package store/cache) holds what services said and may be
// deleted at any time. Only the engine writes them. After each commit the
// writer posts a change notice (Changes); whoever shows something reads again.
package store
