// The Helia pinning server on a loopback port of its own choosing, with no
// network of IPFS behind it: it has BLOCKS (default 32) raw blocks beforehand,
// so pins of those become "pinned" by themselves, and no other pin does.
// TOKEN is the key it takes. Prints one line per block, then the port:
//   block CID
//   listening PORT
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { bitswap } from '@helia/block-brokers'
import { createPinningServiceAPIServer } from '@helia/pinning-service-api-server'
import { Helia } from '@helia/utils'
import { identify } from '@libp2p/identify'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { MemoryBlockstore } from 'blockstore-core'
import { MemoryDatastore } from 'datastore-core'
import { createLibp2p } from 'libp2p'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { sha256 } from 'multiformats/hashes/sha2'

const datastore = new MemoryDatastore()
const blockstore = new MemoryBlockstore()
const libp2p = await createLibp2p({
  datastore,
  addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
  transports: [tcp()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  services: { identify: identify(), ping: ping() },
  connectionGater: { denyDialMultiaddr: () => false }
})

// With no router at all the last step of a pin, provide, throws and a pin that
// was fetched is reported failed.
const nowhere = {
  async provide () {},
  async cancelReprovide () {},
  async * findProviders () {}
}

const helia = new Helia({
  libp2p, blockstore, datastore, blockBrokers: [bitswap()], routers: [nowhere]
})
await helia.start()

for (let i = 0; i < Number(process.env.BLOCKS ?? 32); i++) {
  const bytes = new TextEncoder().encode(`made-up block ${i}\n`)
  const cid = CID.createV1(raw.code, await sha256.digest(bytes))
  await blockstore.put(cid, bytes)
  console.log(`block ${cid}`)
}

const server = await createPinningServiceAPIServer(helia, {
  // Returning false would let everyone in.
  async validateAccessToken (token) {
    if (token !== process.env.TOKEN) throw new Error('unknown access token')
    return { id: 'tester' }
  },
  listen: { host: '127.0.0.1', port: 0 }
})
console.log(`listening ${server.server.address().port}`)
