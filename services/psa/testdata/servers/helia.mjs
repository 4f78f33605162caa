// The Helia pinning server on a loopback port of its own choosing, with no
// network of IPFS behind it: it has BLOCKS (default 32) raw blocks beforehand,
// so pins of those become "pinned" by themselves, and no other pin does.
// TOKEN is the key it takes. Prints one line per block, then the ports:
//   block CID
//   reading PORT
//   listening PORT
// On the reading port GET /CID is a file it has, or of a folder the names and
// CIDs in it, as JSON. Each connection of its IPFS side is a line on stderr:
//   connection inbound|outbound PEER
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { createServer } from 'node:http'
import { bitswap } from '@helia/block-brokers'
import { createPinningServiceAPIServer } from '@helia/pinning-service-api-server'
import { Helia } from '@helia/utils'
import * as dagPB from '@ipld/dag-pb'
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

libp2p.addEventListener('connection:open', ({ detail }) => {
  console.error(`connection ${detail.direction} ${detail.remotePeer}`)
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

// What it has is read from its own store; nothing is fetched for it. The trees
// of the tests have raw leaves, so a file is its leaves one after the other.
async function read (cid) {
  const bytes = await blockstore.get(cid)
  if (cid.code === raw.code) return bytes
  const node = dagPB.decode(bytes)
  const directory = node.Data[0] === 0x08 && node.Data[1] === 0x01
  if (directory) return node.Links.map(l => ({ name: l.Name, cid: l.Hash.toString() }))
  return Buffer.concat(await Promise.all(node.Links.map(l => read(l.Hash))))
}

const reading = createServer(async (req, res) => {
  try {
    const content = await read(CID.parse(req.url.slice(1)))
    const folder = Array.isArray(content)
    res.setHeader('Content-Type', folder ? 'application/json' : 'application/octet-stream')
    res.end(folder ? JSON.stringify(content) : content)
  } catch (err) {
    res.statusCode = 404
    res.end(String(err))
  }
})
await new Promise(resolve => reading.listen(0, '127.0.0.1', resolve))
console.log(`reading ${reading.address().port}`)

const server = await createPinningServiceAPIServer(helia, {
  // Returning false would let everyone in.
  async validateAccessToken (token) {
    if (token !== process.env.TOKEN) throw new Error('unknown access token')
    return { id: 'tester' }
  },
  listen: { host: '127.0.0.1', port: 0 }
})
console.log(`listening ${server.server.address().port}`)
