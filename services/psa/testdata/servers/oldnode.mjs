// What the Helia server takes for granted and older nodes lack: node 18 (Debian
// 12) all three, node 20 the first, node 22 none.
import { webcrypto } from 'node:crypto'

Promise.withResolvers ??= function () {
  let resolve, reject
  const promise = new this((a, b) => { resolve = a; reject = b })
  return { promise, resolve, reject }
}

globalThis.crypto ??= webcrypto

globalThis.CustomEvent ??= class CustomEvent extends Event {
  #detail
  constructor (type, options) {
    super(type, options)
    this.#detail = options?.detail ?? null
  }

  get detail () { return this.#detail }
}
