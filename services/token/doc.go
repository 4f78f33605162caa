// Package token keeps access keys in the keyring of the operating system and
// nowhere else: there is no store of keys of our own, plain or encrypted.
//
// Where there is no keyring a key lives in the memory of the process and its
// source is "session", so that the caller can say so. A key may also be read
// from an environment variable or from a file only its owner can read.
//
// The keyring library blocks for ever on a prompt and takes any signal on the
// shared bus for its answer. Keys therefore looks first, on a bus connection
// of its own, whether the keyring can be read without asking anyone, and only
// then calls the library, one call at a time and with a deadline. A person is
// asked by Set and Unlock alone, and the question is taken back when nobody
// answers.
//
// Only package boot imports it. It owns the goroutine of Run, which ends with
// its context, and the one in which the library is called, which no context
// can end: it is given up on at the deadline, and nothing further is asked of
// the library for half a minute, so that such goroutines cannot pile up.
package token
